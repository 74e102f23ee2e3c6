"""Who has no entry, no update, repeated words or late entries: one row a member."""

from typing import Final, Literal

from reports.renderers.html.document import Document, row
from reports.renderers.html.markup import Child, Markup, element, joined
from reports.snapshot_schema import GapRow

Gap = Literal["none", "no_update", "repeated", "late"]
NOTHING: Final = "\N{EN DASH}"


def gaps(document: Document) -> Markup:
    labels, columns = document.labels, _columns(document)
    body = [
        row(
            document.member_names[gap["member"]],
            *(_codes(document, gap, name) for name in columns),
        )
        for gap in document.facts["lists"]["gaps"]
    ]
    header = [labels["member"], *columns.values()]
    return joined(
        [
            document.table(
                labels["gaps_caption"],
                header,
                body,
                anchor="table-gaps",
                class_="listing gaps",
            ),
            element("p", labels["gaps_note"], class_="small muted"),
        ]
    )


def _columns(document: Document) -> dict[Gap, str]:
    labels = document.labels
    columns: dict[Gap, str] = {"none": labels["parts"]["not_reported"]}
    if document.facts["stocktake"]:
        columns["no_update"] = labels["parts"]["no_update"]
    return columns | {"repeated": labels["repeated"], "late": labels["late"]}


def _codes(document: Document, gap: GapRow, name: Gap) -> Child:
    codes = gap[name]
    if not codes:
        return element("span", NOTHING, class_="muted")
    listed: Child = (
        document.labels["all_commitments"]
        if len(codes) == len(document.commitments)
        else joined([*map(document.commitment_link, codes)], document.signs.comma)
    )
    return joined([element("strong", str(len(codes))), " ", listed])
