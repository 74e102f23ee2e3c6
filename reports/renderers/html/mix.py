"""The statuses by action, sub-area and member: a bar and its numbers in each row."""

from collections.abc import Iterator, Sequence

from progress.positions import drawings
from progress.positions.figures import ORDER as PARTS_IN_ORDER
from progress.positions.figures import Part
from reports.renderers.bars import ORDER
from reports.renderers.html.document import Document, number, number_head, row
from reports.renderers.html.figures import KNOWN, cell_bar, key
from reports.renderers.html.markup import Child, Markup, drawing, element, joined
from reports.renderers.html.matrix import positions
from reports.renderers.outline import printed_sections
from reports.snapshot_schema import FigureRow


def mix(document: Document) -> Markup:
    return joined(_parts(document))


def _parts(document: Document) -> Iterator[Markup]:
    facts, labels = document.facts, document.labels
    figures = facts["figures"]
    overall = figures["overall"]
    if document.is_of_one_member and "matrix" not in printed_sections(facts):
        yield positions(document)
    yield key(document, has_older=facts["stocktake"] is not None)
    if figures["actions"] and not facts["scope"]["action"]:
        rows = figures["actions"]
        yield _table(document, "table-mix", labels["status_mix"], rows, overall)
    else:
        yield _table(document, "table-mix", labels["status_mix"], [overall])
    if len(figures["sub_areas"]) > 1:
        rows = figures["sub_areas"]
        yield _table(document, "table-sub-areas", labels["by_sub_area"], rows)
    if len(figures["members"]) > 1:
        rows = figures["members"]
        yield _table(document, "table-members", labels["by_member"], rows, overall)
    if facts["stocktake"]:
        yield _in_stocktake(document)


def _table(
    document: Document,
    anchor: str,
    caption: str,
    rows: Sequence[FigureRow],
    total: FigureRow | None = None,
) -> Markup:
    labels = document.labels
    header: list[Child] = [None, None]
    header += [_ball_head(document, part) for part in KNOWN]
    if document.facts["stocktake"]:
        header.append(number_head(labels["older_short"]))
    header += _last_heads(document)
    header.append(number_head(labels["overdue_short"]))
    return document.table(
        caption,
        header,
        [_row(document, one) for one in rows],
        foot=[_row(document, total)] if total else (),
        anchor=anchor,
        class_="figures-table",
    )


def _row(document: Document, figures: FigureRow) -> Markup:
    counts = [figures["in_all"][part] for part in ORDER]
    counts.append(figures["parts"]["not_reported"])
    if document.facts["stocktake"]:
        counts.append(figures["parts"]["no_update"])
    counts += [figures["cells"], figures["at_risk_in_all"], figures["overdue"]]
    name = document.row_name(figures)
    return row(name, cell_bar(document, figures), *map(number, counts))


def _in_stocktake(document: Document) -> Markup:
    """Return what is counted where only entries of this stocktake count."""
    figures, parts = document.facts["figures"], PARTS_IN_ORDER

    def line(figures: FigureRow) -> Markup:
        counts = [figures["parts"][part] for part in parts]
        counts += [figures["cells"], figures["at_risk"]]
        return row(document.row_name(figures), *map(number, counts))

    heads = [_ball_head(document, part) for part in parts]
    return document.table(
        document.labels["in_stocktake"],
        [None, *heads, *_last_heads(document)],
        [line(one) for one in figures["actions"]],
        foot=[line(figures["overall"])],
        anchor="table-stocktake",
        class_="figures-table",
    )


def _ball_head(document: Document, part: Part) -> Markup:
    """Return the head of a column of numbers: the mark of a part and its name."""
    ball = drawing(drawings.ball(part))
    return number_head(joined([ball, element("span", document.labels["parts"][part])]))


def _last_heads(document: Document) -> list[Child]:
    labels = document.labels
    triangle = element("span", drawing(drawings.triangle()), class_="at-risk")
    risk = joined([triangle, element("span", labels["at_risk"])])
    return [number_head(labels["cells"]), number_head(risk)]
