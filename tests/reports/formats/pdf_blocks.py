"""Read a PDF by its tags, as a screen reader does: pypdf alone."""

import io
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from tests.reports.formats.blocks import (
    Block,
    Document,
    Heading,
    Paragraph,
    Table,
    fold,
    joined,
)

# The text of each marked piece, by the page's object and the number of the piece.
Pieces = dict[tuple[int, int], str]
BLOCKS = ("P", "Figure", "Caption", "LI", "TOCI", "Lbl", "Code", "BlockQuote", "Note")


@lru_cache(maxsize=4)
def read_pdf(content: bytes) -> Document:
    """Return what a PDF says. The last few are kept: reading takes long."""
    reader = PdfReader(io.BytesIO(content))
    pieces: Pieces = {}
    running: list[str] = []
    for page in reader.pages:
        assert page.indirect_reference is not None
        found, outside = _pieces(page)
        number = page.indirect_reference.idnum
        pieces |= {(number, piece): text for piece, text in found.items()}
        running.append(outside)
    blocks = list(_within(reader.root_object["/StructTreeRoot"], 0, pieces))
    first = reader.pages[0].indirect_reference
    assert first is not None
    page_one = [text for (page, _), text in pieces.items() if page == first.idnum]
    title = reader.metadata.title if reader.metadata else ""
    return Document(
        blocks,
        first=fold("".join((*page_one, " ", running[0]))),
        language=str(reader.root_object.get("/Lang", "")),
        title=str(title or ""),
        running=[fold(text) for text in running],
    )


def attachments(content: bytes) -> dict[str, bytes]:
    """Return the files that a PDF carries, by name."""
    found = PdfReader(io.BytesIO(content)).attachments
    return {name: versions[0] for name, versions in found.items()}


def _pieces(page: Any) -> tuple[dict[int, str], str]:
    """Return the text of each marked piece of a page, and the text outside of them."""
    within: list[int | None] = []
    found: dict[int | None, list[str]] = {}

    def before(operator: bytes, operands: Any, _cm: object, _tm: object) -> None:
        if operator == b"BDC":
            about = operands[1]
            is_named = isinstance(about, DictionaryObject)
            within.append(about.get("/MCID") if is_named else None)
        elif operator == b"BMC":
            within.append(None)
        elif operator == b"EMC" and within:
            within.pop()

    def seen(text: str, *_rest: object) -> None:
        piece = next((one for one in reversed(within) if one is not None), None)
        found.setdefault(piece, []).append(text)

    page.extract_text(visitor_operand_before=before, visitor_text=seen)
    outside = "".join(found.pop(None, []))
    texts = {
        int(piece): "".join(parts)
        for piece, parts in found.items()
        if piece is not None
    }
    return texts, outside


def _blocks(node: Any, page: int, pieces: Pieces) -> Iterator[Block]:
    """Yield the blocks below an element of the structure tree, in reading order."""
    page = _page_of(node, page)
    role = _role(node)
    if role == "Table":
        yield Table(list(_rows(node, page, pieces)))
    elif role[:1] == "H" and role[1:].isdigit():
        yield Heading(int(role[1:]), joined(_texts(node, page, pieces)))
    elif role in BLOCKS:
        yield Paragraph(joined(_texts(node, page, pieces)))
    else:
        yield from _within(node, page, pieces)


def _within(node: Any, page: int, pieces: Pieces) -> Iterator[Block]:
    """Yield the blocks of an element that only groups others. Loose words are one."""
    loose: list[str] = []
    for kid in _kids(node):
        if isinstance(kid, DictionaryObject) and _is_block(kid):
            yield from _said(loose)
            yield from _blocks(kid, page, pieces)
        else:
            loose.extend(_texts(kid, page, pieces))
    yield from _said(loose)


def _said(loose: list[str]) -> Iterator[Block]:
    if text := joined(loose):
        yield Paragraph(text)
    loose.clear()


def _is_block(node: Any) -> bool:
    return "/S" in node and _role(node) not in {"Span", "Link", "Strong", "Em"}


def _rows(node: Any, page: int, pieces: Pieces) -> Iterator[list[str]]:
    page = _page_of(node, page)
    for kid in _kids(node):
        if not isinstance(kid, DictionaryObject):
            continue
        if _role(kid) == "TR":
            on = _page_of(kid, page)
            cells = [cell for cell in _kids(kid) if isinstance(cell, DictionaryObject)]
            yield [joined(_texts(cell, on, pieces)) for cell in cells]
        else:
            yield from _rows(kid, page, pieces)


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
    found = kids if isinstance(kids, list) else [kids]
    return [
        kid.get_object() if isinstance(kid, IndirectObject) else kid for kid in found
    ]


def _role(node: Any) -> str:
    return str(node.get("/S", ""))[1:]


def _texts(node: Any, page: int, pieces: Pieces) -> Iterator[str]:
    """Yield the words of an element: its pieces, and the alternative of a picture."""
    if isinstance(node, int):
        yield pieces.get((page, int(node)), "")
        return
    page = _page_of(node, page)
    if "/MCID" in node:
        yield pieces.get((page, int(node["/MCID"])), "")
    elif "/Alt" in node:
        yield f" {node['/Alt']} "
    else:
        for kid in _kids(node):
            yield from _texts(kid, page, pieces)
        # Blocks within one element, such as the paragraphs of a cell, stay apart.
        yield " " if _is_block(node) else ""


def _page_of(node: Any, page: int) -> int:
    reference = node.raw_get("/Pg") if "/Pg" in node else None
    return reference.idnum if isinstance(reference, IndirectObject) else page
