"""Renders a report as one HTML file. It loads nothing from elsewhere.

The file has the same sections in the same order as the PDF. Its styles are those of the
pages (`static/css/`), and `report.css` beside this module.
"""

from collections.abc import Callable
from typing import Final

from reports.renderers.html.annex import acronyms, entries, instruments, method
from reports.renderers.html.changes import changes, risks
from reports.renderers.html.commitments import commitments
from reports.renderers.html.document import Document
from reports.renderers.html.entry import handling_mark
from reports.renderers.html.front import (
    PageHeading,
    Part,
    contents,
    front,
    headings,
    is_one_page,
    page_title,
    running_head,
)
from reports.renderers.html.gaps import gaps
from reports.renderers.html.markup import Markup, element
from reports.renderers.html.matrix import matrix
from reports.renderers.html.mix import mix
from reports.renderers.html.scores import scores
from reports.renderers.html.styles import styles
from reports.renderers.html.summary import summary
from reports.snapshot_schema import Snapshot

# Nothing but the styles inside the file, whatever a text in it contains.
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " base-uri 'none'; form-action 'none'"
)
PARTS: Final[dict[Part, Callable[[Document], Markup]]] = {
    "summary": summary,
    "matrix": matrix,
    "mix": mix,
    "changes": changes,
    "risks": risks,
    "commitments": commitments,
    "scores": scores,
    "gaps": gaps,
    "instruments": instruments,
    "entries": entries,
    "acronyms": acronyms,
    "method": method,
}


def render_html(snapshot: Snapshot, snapshot_sha256: str) -> bytes:
    """Return the HTML file of a snapshot."""
    document = Document(snapshot, snapshot_sha256)
    html = element(
        "html", _head(document), _body(document), lang=document.facts["language"]
    )
    return f"<!doctype html>\n{html}\n".encode()


def _head(document: Document) -> Markup:
    def meta(name: str, content: str) -> Markup:
        return element("meta", name=name, content=content)

    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        meta("viewport", "width=device-width, initial-scale=1"),
        meta("color-scheme", "light dark"),
        meta("referrer", "no-referrer"),
        meta("robots", "noindex"),
        element("title", page_title(document)),
        # Without it, a browser asks the server for an icon.
        element("link", rel="icon", href="data:,"),
        element("style", styles()),
    )


def _body(document: Document) -> Markup:
    labels = document.labels
    skip = labels["page"]["skip"]
    return element(
        "body",
        element("a", skip, href="#content", class_="skip-link"),
        running_head(document),
        element(
            "main",
            front(document),
            None if is_one_page(document) else contents(document),
            [_section(document, heading) for heading in headings(document)],
            id="content",
            tabindex="-1",
        ),
        _foot(document),
        class_=f"report report-{document.facts['layout']}",
    )


def _foot(document: Document) -> Markup:
    digest = element("code", document.digest, class_="hash")
    line = element(
        "div",
        element("p", document.named(document.labels["snapshot"], digest)),
        handling_mark(document.facts["audience"]),
    )
    return element("footer", line, class_="running-foot")


def _section(document: Document, heading: PageHeading) -> Markup:
    title = element("h2", heading.name)
    body = PARTS[heading.part](document)
    return element("section", title, body, id=heading.anchor, class_="report-section")
