"""Read a DOCX as its file is: a ZIP of XML, by zipfile and lxml alone."""

import io
import re
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from lxml import etree

from tests.reports.formats.blocks import (
    Block,
    Document,
    Heading,
    Paragraph,
    Table,
    fold,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
DC = "{http://purl.org/dc/elements/1.1/}"


def read_docx(content: bytes) -> Document:
    with ZipFile(io.BytesIO(content)) as package:
        levels = _heading_levels(etree.fromstring(package.read("word/styles.xml")))
        body = etree.fromstring(package.read("word/document.xml")).find(f"{W}body")
        core = etree.fromstring(package.read("docProps/core.xml"))
        running = [
            fold(" ".join(_texts(etree.fromstring(package.read(name)))))
            for name in sorted(package.namelist())
            if re.fullmatch(r"word/(header|footer)\d*\.xml", name)
        ]
    blocks = list(_blocks(body, levels))
    return Document(
        blocks,
        first=fold(" ".join(block.text for block in _first_page(blocks))),
        language=core.findtext(f"{DC}language") or "",
        title=core.findtext(f"{DC}title") or "",
        running=running,
    )


def _first_page(blocks: list[Block]) -> Iterator[Block]:
    """Yield what is before the first heading."""
    for block in blocks:
        if isinstance(block, Heading):
            return
        yield block


def _heading_levels(styles: Any) -> dict[str, int]:
    """Return the level of each style of headings, by the id of the style."""
    levels = {}
    for style in styles.iter(f"{W}style"):
        name = style.find(f"{W}name").get(f"{W}val").lower()
        if match := re.fullmatch(r"heading (\d)", name):
            levels[style.get(f"{W}styleId")] = int(match[1])
    return levels


def _blocks(body: Any, levels: dict[str, int]) -> Iterator[Block]:
    for element in body:
        if element.tag == f"{W}tbl":
            yield Table(list(_rows(element)))
        elif element.tag == f"{W}p":
            yield from _paragraph(element, levels)
        elif element.tag == f"{W}sdt":
            yield from _blocks(element.find(f"{W}sdtContent"), levels)


def _paragraph(element: Any, levels: dict[str, int]) -> Iterator[Block]:
    text = fold("".join(_texts(element)))
    style = element.find(f"{W}pPr/{W}pStyle")
    level = levels.get(style.get(f"{W}val")) if style is not None else None
    if text and level:
        yield Heading(level, text)
    elif text:
        yield Paragraph(text)


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter(f"{W}tr"):
        yield [
            fold(" ".join("".join(_texts(one)) for one in cell.iter(f"{W}p")))
            for cell in row.iterchildren(f"{W}tc")
        ]


def _texts(element: Any) -> Iterator[str]:
    """Yield the words, with those of a picture. Codes of fields are none."""
    for node in element.iter():
        if node.tag == f"{W}t":
            yield node.text or ""
        elif node.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            yield " "
        elif node.tag == f"{W}noBreakHyphen":
            yield "\u2011"
        elif node.tag == f"{WP}docPr":
            yield f" {node.get('descr') or ''} "
        elif node.tag == f"{W}p" and node is not element:
            yield " "
