"""The annexes: instruments, entries with their hashes, acronyms, method, versions."""

from collections.abc import Iterator

from reports.renderers.html.document import Document, row
from reports.renderers.html.markup import Child, Markup, element, joined
from reports.renderers.outline import commitments_in


def instruments(document: Document) -> Markup:
    labels = document.labels
    header = [
        labels["instrument"], labels["instrument_kind"],
        labels["instrument_owner"], labels["commitments_short"],
    ]  # fmt: skip
    body = [
        row(
            one["name"],
            one["kind"],
            one["owner"],
            joined(
                [document.commitment_link(code) for code in one["commitments"]],
                document.signs.comma,
            ),
        )
        for one in document.facts["instruments"]
    ]
    caption = labels["page"]["instruments_caption"]
    return document.table(
        caption, header, body, anchor="table-instruments", class_="listing"
    )


def entries(document: Document) -> Markup:
    labels = document.labels
    header = [
        labels["code"], labels["member"], labels["entry_as_of"],
        labels["published_at"], labels["entry_sha256"],
    ]  # fmt: skip
    return document.table(
        labels["entries_caption"],
        header,
        _entry_rows(document),
        anchor="table-entries",
        class_="listing",
    )


def _entry_rows(document: Document) -> Iterator[Markup]:
    for commitment in commitments_in(document.facts):
        code = commitment["code"]
        for position in commitment["positions"]:
            entry, member = document.entry_of(position), position["member"]
            if entry is None:
                continue
            link: Child = code
            if code in document.shown_codes:
                link = element("a", code, href=f"#entry-{code}-{member}")
            yield row(
                link,
                element("abbr", member, title=document.member_names[member]),
                entry["as_of"]["text"],
                entry["published_at"]["text"],
                sha256(entry["content_sha256"]),
            )


def sha256(value: str) -> Markup:
    return element("code", value, class_="hash")


def acronyms(document: Document) -> Markup:
    return element(
        "dl",
        [
            [element("dt", one["acronym"]), element("dd", one["meaning"])]
            for one in document.facts["acronyms"]
        ],
        class_="facts acronyms",
    )


def method(document: Document) -> Markup:
    sections = [
        element(
            "section",
            element("h3", section["heading"]),
            element("div", [element("p", text) for text in section["paragraphs"]]),
            class_="summary-block",
        )
        for section in document.facts["method"]
    ]
    return joined([*sections, _queries(document), _versions(document)])


def _queries(document: Document) -> Markup | None:
    labels, queries = document.labels, document.envelope["queries"]
    if not queries:
        return None
    body = [
        row(document.reference(one["table"], one["name"]), sha256(one["query"]))
        for one in queries
    ]
    header = [labels["table"], labels["query"]]
    return document.table(labels["queries"], header, body, class_="listing")


def _versions(document: Document) -> Markup:
    labels, envelope = document.labels, document.envelope
    versions = envelope["versions"]
    rows = [
        (labels["report_id"], sha256(envelope["id"])),
        (labels["plan_source"], sha256(document.facts["plan"]["source_sha256"])),
        (labels["product"], joined(versions["product"])),
        (labels["renderer"], sha256(versions["renderer_sha256"])),
    ]
    return joined(
        [
            element("h3", labels["versions"]),
            element(
                "dl",
                [[element("dt", name), element("dd", value)] for name, value in rows],
                class_="facts",
            ),
        ]
    )
