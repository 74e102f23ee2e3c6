"""Reads a rendered DOCX with python-docx, and its XML with lxml."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def opened(content: bytes) -> DocxDocument:
    return Document(io.BytesIO(content))


def elements(document: DocxDocument, name: str) -> list[Any]:
    """All elements of this name in the body: `p`, `hyperlink`."""
    return [*document.element.body.iter(f"{W}{name}")]


def value(element: Any, name: str = "val") -> str:
    return str(element.get(f"{W}{name}"))


def style_of(paragraph: Any) -> str:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return value(found) if found is not None else ""


def text_of(element: Any) -> str:
    """The text as Word shows it: tabs and line ends are elements of their own."""
    found = {"t": None, "tab": "\t", "br": "\n"}
    names = {f"{W}{name}": text for name, text in found.items()}
    return "".join(
        (node.text or "") if names[node.tag] is None else str(names[node.tag])
        for node in element.iter(*names)
        if node.getparent().tag != f"{W}tabs"
    )


def headings(document: DocxDocument, *levels: int) -> list[str]:
    """The texts of headings of these levels, in order."""
    return paragraphs_in(document, *(f"Heading {level}" for level in levels))


def paragraphs_in(document: DocxDocument, *styles: str) -> list[str]:
    """The texts of the paragraphs in these styles, outside tables."""
    ids = {document.styles[style].style_id for style in styles}
    return [it.text for it in document.paragraphs if style_of(it._p) in ids]


def below(document: DocxDocument, number: int) -> list[Any]:
    """The paragraphs and tables of the entry with this number, below its heading."""
    found: list[Any] = []
    seen = -1
    for block in document.element.body:
        style = style_of(block) if block.tag == f"{W}p" else ""
        if style == "Heading5":
            seen += 1
        elif seen == number and style.startswith("Heading"):
            break
        elif seen == number:
            found.append(block)
    return found


def table_after(document: DocxDocument, caption: str) -> list[list[str]]:
    """The rows of the table below this caption."""
    body = [*document.element.body]
    at = next(
        number
        for number, block in enumerate(body)
        if block.tag == f"{W}p"
        and style_of(block) == "Caption"
        and text_of(block) == caption
    )
    table = next(block for block in body[at:] if block.tag == f"{W}tbl")
    return [
        [text_of(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")
    ]


def bookmarks(document: DocxDocument) -> list[str]:
    return [value(mark, "name") for mark in elements(document, "bookmarkStart")]


def anchors(document: DocxDocument) -> Iterator[str]:
    for link in elements(document, "hyperlink"):
        if (anchor := link.get(f"{W}anchor")) is not None:
            yield anchor
