"""Elements of WordprocessingML: runs of text, paragraphs and tables.

They are made with lxml directly. python-docx searches a whole table for each of its
cells, so large tables would take minutes.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from lxml import etree

from progress.entries.markdown_runs import VISIBLE_MARK

Element = Any  # lxml has no type hints

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
NAMESPACES: Final = {"w": W, "r": R}
# What no XML file can hold, and what makes a reader see other letters than are stored.
# Texts that were stored before these were refused may have them.
UNWRITABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\ud800-\udfff\ufffe\uffff]"
)
PIECE: Final = re.compile("[\t\n]|[^\t\n]+")
# Twentieths of a point, in which Word measures.
PER_MM: Final = 1440 / 25.4


class RunStyle(NamedTuple):
    """How a run of text is set: its character style, language and direction."""

    style: str = ""
    language: str = ""
    is_rtl: bool = False
    is_strong: bool = False


PLAIN: Final = RunStyle()


def qualified(name: str) -> str:
    """Return a name as lxml wants it: `{…}val` for `w:val`."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def element(name: str, attributes: dict[str, str] | None = None) -> Element:
    """Return an element of this name: `w:p`."""
    named = {qualified(key): value for key, value in (attributes or {}).items()}
    return etree.Element(qualified(name), named)


def twips(millimetres: float) -> int:
    """Return a length in the unit of Word's files."""
    return round(millimetres * PER_MM)


# ---- Text ----------------------------------------------------------------------------

_R, _RPR, _T, _TAB, _BR = map(qualified, ("w:r", "w:rPr", "w:t", "w:tab", "w:br"))
_P, _PPR, _PSTYLE, _VAL = map(qualified, ("w:p", "w:pPr", "w:pStyle", "w:val"))
_KEEP_NEXT: Final = qualified("w:keepNext")
_PIECES: Final = {"\t": _TAB, "\n": _BR}


def writable(text: str) -> str:
    """Return the text with a visible mark for each character that cannot be written."""
    return UNWRITABLE.sub(VISIBLE_MARK, text)


def run(text: str, how: RunStyle = PLAIN) -> Element:
    """Return a run of text. Tabs and line ends are elements of their own."""
    made = etree.Element(_R)
    if how != PLAIN:
        made.append(_run_properties(how))
    for piece in PIECE.findall(writable(text)):
        if piece in _PIECES:
            etree.SubElement(made, _PIECES[piece])
            continue
        words = etree.SubElement(made, _T)
        words.text = piece
        if piece != piece.strip() or "  " in piece:
            words.set(XML_SPACE, "preserve")
    return made


def styled(text: str, style: str) -> Element:
    """Return a run of text in a character style."""
    return run(text, RunStyle(style))


def strong(text: str) -> Element:
    """Return a run of bold text."""
    return styled(text, "Strong")


def _run_properties(how: RunStyle) -> Element:
    made = etree.Element(_RPR)
    if how.style:
        etree.SubElement(made, qualified("w:rStyle")).set(_VAL, how.style)
    if how.is_strong:
        etree.SubElement(made, qualified("w:b"))
        etree.SubElement(made, qualified("w:bCs"))
    if how.is_rtl:
        etree.SubElement(made, qualified("w:rtl"))
    if how.language:
        made.append(language_mark(how.language))
    return made


# Word's dictionaries are those of a country. These are used where a tag names none.
REGIONS: Final = {
    "ar": "ar-SA",
    "de": "de-DE",
    "en": "en-GB",
    "fr": "fr-FR",
    "he": "he-IL",
    "it": "it-IT",
    "ja": "ja-JP",
}


def language_mark(tag: str) -> Element:
    """Return `w:lang` for a BCP 47 tag, for letters of all scripts."""
    name = REGIONS.get(tag, tag)
    return element("w:lang", {"w:val": name, "w:eastAsia": name, "w:bidi": name})


class Block(NamedTuple):
    """How a paragraph is set, apart from its style."""

    is_rtl: bool = False
    left_mm: float | None = None
    hanging_mm: float = 0
    level: int | None = None  # of a point in a list, from 0
    outline: int | None = None  # the level of a heading, from 0, if not its style's
    is_on_new_page: bool = False
    is_kept: bool = False  # on the page of the next paragraph
    is_last: bool = False  # it does not stay with the next, whatever its style says


FLAT: Final = Block()


def paragraph(style: str, content: Iterable[Element], how: Block = FLAT) -> Element:
    """Return a paragraph in a style."""
    made = etree.Element(_P)
    properties = etree.SubElement(made, _PPR)
    etree.SubElement(properties, _PSTYLE).set(_VAL, style)
    if how != FLAT:
        properties.extend(_paragraph_properties(how))
    made.extend(content)
    return made


def _paragraph_properties(how: Block) -> Iterable[Element]:
    """Yield the properties in the order that the format asks for."""
    if how.is_kept or how.is_last:
        yield element("w:keepNext", {"w:val": "1" if how.is_kept else "0"})
    if how.is_on_new_page:
        yield element("w:pageBreakBefore")
    if how.level is not None:
        numbering = element("w:numPr")
        numbering.append(element("w:ilvl", {"w:val": str(how.level)}))
        numbering.append(element("w:numId", {"w:val": "1"}))
        yield numbering
    if how.is_rtl:
        yield element("w:bidi")
    if how.left_mm is not None:
        places = {"w:left": how.left_mm, "w:hanging": how.hanging_mm}
        yield element("w:ind", {key: str(twips(at)) for key, at in places.items()})
    if how.outline is not None:
        yield element("w:outlineLvl", {"w:val": str(how.outline)})


# ---- Tables --------------------------------------------------------------------------


class TableCell(NamedTuple):
    """The paragraphs of a cell, its span and its colour."""

    paragraphs: Sequence[Element]
    span: int = 1
    fill: str = ""


class TableStyle(NamedTuple):
    """What is the same in all rows of a table."""

    widths_mm: Sequence[float]
    is_rtl: bool = False
    left_mm: float = 0
    headers: int = 1  # rows that each page repeats
    is_whole: bool = False  # on one page, if that has room for it
    description: str = ""  # what the table is, for screen readers


def cell(*content: Element, style: str = "TableText") -> TableCell:
    """Return a cell with one paragraph."""
    return TableCell([paragraph(style, content)])


def words_cell(text: str, style: str = "TableText") -> TableCell:
    """Return a cell with one text."""
    return cell(*([run(text)] if text else []), style=style)


def table(how: TableStyle, rows: Sequence[Sequence[TableCell]]) -> Element:
    """Return a table. Its first rows are repeated on each page, and no row is split."""
    widths = [twips(width) for width in how.widths_mm]
    made = element("w:tbl")
    made.append(_table_properties(how, sum(widths)))
    grid = etree.SubElement(made, qualified("w:tblGrid"))
    for width in widths:
        grid.append(element("w:gridCol", {"w:w": str(width)}))
    last = len(rows) - 1
    for number, cells in enumerate(rows):
        row = _row(cells, widths, is_header=number < how.headers)
        # No page begins with the last row alone, and none ends with the first.
        if number < last and (how.is_whole or number in {0, 1, last - 1}):
            _keep(row)
        made.append(row)
    return made


def _keep(row: Element) -> None:
    """Keep a row on the page of the next one."""
    for properties in row.iter(_PPR):
        if properties.find(_KEEP_NEXT) is None:
            properties.insert(1, etree.Element(_KEEP_NEXT))


def _table_properties(how: TableStyle, width: int) -> Element:
    made = element("w:tblPr")
    made.append(element("w:tblStyle", {"w:val": "ReportTable"}))
    if how.is_rtl:
        made.append(element("w:bidiVisual"))
    made.append(element("w:tblW", {"w:w": str(width), "w:type": "dxa"}))
    if how.left_mm:
        place = {"w:w": str(twips(how.left_mm)), "w:type": "dxa"}
        made.append(element("w:tblInd", place))
    made.append(element("w:tblLayout", {"w:type": "fixed"}))
    look = {"w:firstRow": str(int(how.headers > 0)), "w:firstColumn": "1"}
    rest = dict.fromkeys(("w:lastRow", "w:lastColumn"), "0")
    bands = dict.fromkeys(("w:noHBand", "w:noVBand"), "1")
    value = {"w:val": "06A0" if how.headers else "0680"}
    made.append(element("w:tblLook", value | look | rest | bands))
    if how.description:
        name = writable(how.description)
        made.append(element("w:tblCaption", {"w:val": name}))
    return made


# A row with more letters is split: it can be higher than a page.
MOST_LETTERS_OF_WHOLE: Final = 1_500


def _row(cells: Sequence[TableCell], widths: list[int], *, is_header: bool) -> Element:
    made = element("w:tr")
    properties = etree.SubElement(made, qualified("w:trPr"))
    properties.append(element("w:cantSplit"))
    if is_header:
        properties.append(element("w:tblHeader"))
    start, letters = 0, 0
    for item in cells:
        end = start + item.span
        made.append(_cell(item, sum(widths[start:end])))
        start = end
        letters += sum(
            len(words.text or "") for part in item.paragraphs for words in part.iter(_T)
        )
    if letters > MOST_LETTERS_OF_WHOLE:
        properties.remove(properties[0])
    return made


def _cell(item: TableCell, width: int) -> Element:
    made = element("w:tc")
    properties = etree.SubElement(made, qualified("w:tcPr"))
    properties.append(element("w:tcW", {"w:w": str(width), "w:type": "dxa"}))
    if item.span > 1:
        properties.append(element("w:gridSpan", {"w:val": str(item.span)}))
    if item.fill:
        shade = {"w:val": "clear", "w:color": "auto", "w:fill": item.fill}
        properties.append(element("w:shd", shade))
    made.extend(item.paragraphs)
    return made


# ---- Links, fields and pictures ------------------------------------------------------


def link_inside(anchor: str, content: Iterable[Element]) -> Element:
    """Return a link to a bookmark of the document."""
    made = element("w:hyperlink", {"w:anchor": anchor, "w:history": "1"})
    made.extend(content)
    return made


def link_outside(relationship: str, content: Iterable[Element]) -> Element:
    """Return a link to a relationship of the document."""
    made = element("w:hyperlink", {"r:id": relationship, "w:history": "1"})
    made.extend(content)
    return made


def field_mark(kind: str, *, is_dirty: bool = False) -> Element:
    """Return the begin, the middle or the end of a field."""
    made = element("w:r")
    mark = element("w:fldChar", {"w:fldCharType": kind})
    if is_dirty:
        mark.set(qualified("w:dirty"), "true")
    made.append(mark)
    return made


def field_code(code: str) -> Element:
    """Return the instruction of a field."""
    made = element("w:r")
    words = etree.SubElement(made, qualified("w:instrText"))
    words.text = f" {code} "
    words.set(XML_SPACE, "preserve")
    return made


def field(code: str, shown: str) -> list[Element]:
    """Return a field that readers update by themselves, such as a page number."""
    return [
        field_mark("begin"),
        field_code(code),
        field_mark("separate"),
        run(shown),
        field_mark("end"),
    ]
