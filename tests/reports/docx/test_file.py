"""Tests of the file itself: its parts, properties, pages, tables and pictures."""

import io
from datetime import UTC, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from reports.labels import labels
from reports.renderers.bars import in_words, stretches_now
from reports.renderers.docx.elements import qualified
from reports.renderers.marks import document_title, marks_of
from reports.renderers.qr import QUIET, SCALE
from tests.reports.docx.conftest import rendered, snapshot_of
from tests.reports.docx.docx_reading import WP, W, elements, style_of, text_of
from tests.reports.sample_parts import SHA256

LABELS = labels(reads_all=False)
PARTS = {
    "[Content_Types].xml",
    "_rels/.rels",
    "docProps/core.xml",
    "word/_rels/document.xml.rels",
    "word/document.xml",
    "word/footer1.xml",
    "word/footer2.xml",
    "word/header1.xml",
    "word/header2.xml",
    "word/media/image1.png",
    "word/media/image2.png",
    "word/media/image3.png",
    "word/media/image4.png",
    "word/numbering.xml",
    "word/settings.xml",
    "word/styles.xml",
}
# The order of elements that the format asks for: Word refuses files with another.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs"
    " bidi spacing ind jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps noProof color spacing sz szCs u bdr shd rtl"
    " lang",
    "tblPr": "tblStyle bidiVisual tblW tblInd tblBorders tblLayout tblCellMar tblLook"
    " tblCaption",
    "trPr": "cantSplit tblHeader",
    "tcPr": "tcW gridSpan tcBorders shd vAlign",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr tblStylePr",
    "sectPr": "headerReference footerReference pgSz pgMar",
}


def parts_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_file_has_these_parts_and_no_others():
    assert {*parts_of(rendered())} == PARTS


def test_members_of_the_package_have_nothing_of_their_own():
    with ZipFile(io.BytesIO(rendered())) as package:
        members = package.infolist()
    assert members[0].filename == "[Content_Types].xml"
    for member in members:
        assert member.date_time == (1980, 1, 1, 0, 0, 0)
        assert (member.create_system, member.external_attr >> 16) == (0, 0o600)


def test_the_properties_name_no_person_and_no_other_time(sample):
    snapshot = snapshot_of()
    properties = sample.core_properties
    assert properties.title == document_title(snapshot)
    assert properties.subject == snapshot["facts"]["plan"]["short_title"]
    assert properties.category == "TLP:GREEN"
    assert properties.content_status == "Draft 2, not circulated"
    assert properties.identifier == snapshot["envelope"]["id"]
    asked = datetime(2017, 5, 20, 12, 3, 20, tzinfo=UTC)
    assert properties.created == properties.modified == asked
    assert properties.author == properties.last_modified_by == ""
    assert properties.comments == ""
    assert properties.keywords == "0123-4567-89AB-CDEF"
    assert b"python-docx" not in parts_of(rendered())["docProps/core.xml"]


@pytest.mark.parametrize("name", ORDERS)
def test_elements_are_in_the_order_that_word_asks_for(sample, name):
    order = {
        qualified(f"w:{child}"): place
        for place, child in enumerate(ORDERS[name].split())
    }
    roots = [sample.element, sample.styles.element]
    roots += [section.header.part.element for section in sample.sections]
    for root in roots:
        for element in root.iter(f"{W}{name}"):
            tags = [child.tag for child in element.iterchildren("{*}*")]
            assert tags == sorted(tags, key=order.__getitem__)


def test_nothing_is_locked_and_no_text_is_in_a_box(sample):
    content = parts_of(rendered())
    for name in ("word/document.xml", "word/settings.xml"):
        for word in (b"documentProtection", b"txbx", b"w:sdt", b"w:perm", b"mc:"):
            assert word not in content[name]


# ---- Pages ---------------------------------------------------------------------------


def test_pages_are_a4_and_lie_on_their_side_for_wide_tables(sample):
    portrait, landscape, last = sample.sections
    for section in (portrait, last):
        assert section.orientation == WD_ORIENT.PORTRAIT
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (
            210,
            297,
        )
    assert landscape.orientation == WD_ORIENT.LANDSCAPE
    assert (round(landscape.page_width.mm), round(landscape.page_height.mm)) == (
        297,
        210,
    )


def test_no_table_is_wider_than_its_page(sample):
    rooms = [
        section.page_width - section.left_margin - section.right_margin
        for section in sample.sections
    ]
    for block in sample.element.body:
        if block.tag == f"{W}tbl":
            width = int(block.find(f"{W}tblPr/{W}tblW").get(f"{W}w")) * 635
            assert width <= rooms[0] + Mm(1)
        elif block.find(f"{W}pPr/{W}sectPr") is not None:
            del rooms[0]


def test_every_page_has_the_handling_mark_plan_kind_and_its_number(sample):
    for section in sample.sections:
        header = " ".join(it.text for it in section.header.paragraphs)
        footer = " ".join(it.text for it in section.footer.paragraphs)
        for text in (
            "TLP:GREEN",
            "G7 Action Plan on Countering Terrorism, 2016",
            "Stocktake report",
            "Illustrative data",
        ):
            assert text in header
        assert "TLP:GREEN" in footer
        assert SHA256[:16] in footer
        codes = [*section.footer.part.element.iter(f"{W}instrText")]
        assert [it.text.strip() for it in codes] == ["PAGE", "NUMPAGES"]


def test_the_first_page_has_all_marks(sample):
    body = [*sample.element.body]
    end = next(at for at, it in enumerate(body) if style_of(it) == "TOCHeading")
    first = "\n".join(
        text_of(cell) for block in body[:end] for cell in block.iter(f"{W}p")
    )
    marks = marks_of(snapshot_of(), SHA256)
    for mark in marks:
        assert mark.value in first
        # The sentence on how to check the file needs no label.
        assert mark.label in first or mark == marks.verify


# ---- Tables and pictures -------------------------------------------------------------


def test_tables_repeat_their_header_and_split_no_row(sample):
    tables = elements(sample, "tbl")
    assert len(tables) > 40
    for table in tables:
        rows = [*table.iter(f"{W}tr")]
        headers = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        is_of_facts = len(rows[0]) <= 4 and not any(headers)
        assert is_of_facts or headers == [True, *[False] * (len(rows) - 1)]
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    assert sample.tables[0].style.name == "Report Table"


def test_no_page_begins_with_the_last_row_of_a_table_alone(sample):
    for table in elements(sample, "tbl"):
        rows = [*table.iter(f"{W}tr")]
        kept = [[*row.iter(f"{W}keepNext")] != [] for row in rows]
        assert not kept[-1]
        assert all(kept[-2:-1])


def blocks_after(document: Any, picture: Any) -> list[Any]:
    body = [*document.element.body]
    at = next(number for number, it in enumerate(body) if picture in it.iter())
    return body[at + 1 :]


def test_each_picture_has_its_numbers_in_words_and_in_a_table(sample):
    figures = snapshot_of()["facts"]["figures"]
    qr_code, *pictures = sample.element.body.iter(f"{WP}docPr")
    assert qr_code.get("name") == "Verification code"
    assert [it.get("name") for it in pictures] == [
        LABELS[name] for name in ("figure_standing", "figure_members", "figure_moved")
    ]
    assert len({it.get("id") for it in [qr_code, *pictures]}) == 4
    alternative = pictures[1].get("descr")
    for row in figures["members"]:
        assert in_words(row["name"], stretches_now(row, LABELS), LABELS) in alternative
    for picture in pictures:
        following = blocks_after(sample, picture)[0]
        assert following.tag == f"{W}tbl" or [*following.iter(f"{W}hyperlink")]


def test_pictures_are_png_and_bars_are_as_wide_as_the_text():
    parts = parts_of(rendered()).items()
    pictures = [content for name, content in parts if name.startswith("word/media/")]
    assert all(content.startswith(b"\x89PNG") for content in pictures)
    widths = [int.from_bytes(content[16:20], "big") for content in pictures]
    of_code = (33 + 2 * QUIET) * SCALE
    assert sorted(widths) == [of_code, *[round(174 / 25.4 * 200)] * 3]
