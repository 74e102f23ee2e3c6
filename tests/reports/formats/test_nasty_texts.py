"""Texts that formats are known to change read back equal in each of them."""

import io
import re
from typing import Any
from zipfile import ZipFile

import pytest
from lxml import etree

from reports.renderers.documents import render_all
from reports.snapshot_schema import Snapshot
from tests.progress.sheets.nasty_texts import NASTY
from tests.reports.formats.files import DOCUMENTS, rows_by, told_by
from tests.reports.formats.pdf_blocks import attachments
from tests.reports.formats.sheets import read_csv
from tests.reports.formats.vocabulary import fragments_of
from tests.reports.sample_parts import MEMBERS, SHA256
from tests.reports.sample_snapshot import positions_in, short_snapshot, with_narratives

pytestmark = pytest.mark.long

# As they come from Word and from Excel.
PASTED = (
    "Article\u00a05 “as amended” – 12\u202f% of cases…",
    "l’État partie\u00a0; « en vigueur »",
    "•\tTraining of 450 officers\n•\tConnection of 12 posts",
    "Port\tOfficers\nYokohama\t120\nKobe\t-7",
    "-5 °C\n+3 posts\n=sum",
)
# The longest text that a field takes; those of NASTY that are longer are for cells.
LONGEST = 10_000
TEXTS = [text for text in (*NASTY, *PASTED) if len(text) <= LONGEST]
FIELDS = ("narrative", "next_steps", "obstacles", "title", "citation", "lead")
NAMES = {member["code"]: member["name"] for member in MEMBERS}
TABLES = ("json", "csv", "csv-people", "xlsx")
# A PDF shows a mark instead of what no font has: its attachments are verbatim.
IN_DOCUMENTS = {
    "pdf": re.compile("[^\\ufeff\\u2066-\\u2069\\u200d\\u0301\\u0590-\\u07ff]*")
}
# What begins a formula in a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def nasty_snapshot() -> tuple[Snapshot, list[dict[str, str]]]:
    """Return a snapshot with all these texts, and those of each position in turn."""
    snapshot = with_narratives(short_snapshot(), lambda _number: "Plain words.")
    entries = snapshot["facts"]["entries"]
    rows: list[Any] = [
        row for action in snapshot["facts"]["actions"] for row in positions_in(action)
    ]
    slots = [dict.fromkeys(FIELDS, "") for _ in rows]
    for number, text in enumerate(TEXTS):
        slots[number % len(rows)][FIELDS[number // len(rows)]] = text
    for row, slot in zip(rows, slots, strict=True):
        entry: Any = entries[row["entry"]]
        entry.update({name: slot[name] for name in FIELDS[:3]}, evidence=[])
        if slot["title"]:
            entry["evidence"] = [evidence(slot["title"], slot["citation"])]
        row["lead_authority"] = slot["lead"]
    return snapshot, slots


def evidence(title: str, citation: str) -> dict[str, Any]:
    nothing = {"url": "", "accessed_on": None, "file": None}
    return {"kind": "citation", "title": title, "citation": citation, **nothing}


@pytest.fixture(scope="module")
def nasty() -> tuple[dict[str, bytes], list[dict[str, str]]]:
    snapshot, slots = nasty_snapshot()
    files = render_all(snapshot, SHA256, font_dirs=())
    return {file.format: file.content for file in files}, slots


def test_there_is_room_for_all_texts() -> None:
    _, slots = nasty_snapshot()
    assert sorted(filter(None, (one for slot in slots for one in slot.values()))) == (
        sorted(filter(None, TEXTS))
    )


@pytest.mark.parametrize("format_", TABLES)
def test_every_text_reads_back_equal_in_a_cell(nasty: Any, format_: str) -> None:
    files, slots = nasty
    rows = rows_by(format_, files, NAMES)
    assert len(rows) == len(slots)
    for row, slot in zip(rows, slots, strict=True):
        found = [row["narrative"], row["next_steps"], row["obstacles"]]
        assert found == [slot["narrative"], slot["next_steps"], slot["obstacles"]]
        assert row["lead_authority"] == slot["lead"]
        for name in ("title", "citation"):
            assert slot[name] in row["evidence"]


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_every_text_reads_back_in_a_document(nasty: Any, format_: str) -> None:
    files, slots = nasty
    told = told_by(format_, files, NAMES)
    wanted = IN_DOCUMENTS.get(format_, re.compile(".*", re.DOTALL))
    assert len(told.positions) == len(slots)
    for one, slot in zip(told.positions.values(), slots, strict=True):
        for text in slot.values():
            if wanted.fullmatch(text):
                assert one.lacks(fragments_of(text)) == []


def test_a_pdf_carries_every_text_as_it_is(nasty: Any) -> None:
    files, _ = nasty
    carried = attachments(files["pdf"])
    assert {*carried.values()} == {files["json"], files["csv"]}


# No formula, and nothing else that acts


def parts_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_a_workbook_has_no_formula_and_no_link_to_anything(nasty: Any) -> None:
    files, _ = nasty
    parts = parts_of(files["xlsx"])
    sheets = [
        etree.fromstring(parts[name]) for name in parts if "worksheets/sheet" in name
    ]
    assert sheets
    for sheet in sheets:
        assert not [*sheet.iter("{*}f"), *sheet.iter("{*}hyperlink")]
        assert {cell.get("t", "n") for cell in sheet.iter("{*}c")} <= {"s", "str", "n"}
    for name, content in parts.items():
        assert not re.search("vba|external|query|connection|ctrlProp|embed", name), name
        assert b'TargetMode="External"' not in content, name


def test_a_text_of_a_workbook_stays_a_text_when_somebody_edits_its_cell(
    nasty: Any,
) -> None:
    files, _ = nasty
    parts = parts_of(files["xlsx"])
    styles = etree.fromstring(parts["xl/styles.xml"]).find("{*}cellXfs")
    quoted = {
        str(number)
        for number, style in enumerate(styles)
        if style.get("quotePrefix") == "1"
    }
    strings = etree.fromstring(parts["xl/sharedStrings.xml"])
    texts = ["".join(item.itertext("{*}t")) for item in strings]
    for name in parts:
        if "worksheets/sheet" in name:
            for cell in etree.fromstring(parts[name]).iter("{*}c"):
                if cell.get("t") == "s":
                    text = texts[int(cell.findtext("{*}v"))]
                    assert cell.get("s") in quoted or not text.startswith(FORMULA), text


def test_a_cell_of_the_csv_for_people_begins_with_no_sign_of_a_formula(
    nasty: Any,
) -> None:
    files, _ = nasty
    cells = [cell for row in read_csv(files["csv-people"]) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    verbatim = [cell for row in read_csv(files["csv"]) for cell in row.values()]
    assert [cell for cell in verbatim if cell.startswith(FORMULA)]


@pytest.mark.parametrize("format_", ["docx", "html"])
def test_a_document_runs_nothing_and_asks_for_nothing(nasty: Any, format_: str) -> None:
    files, _ = nasty
    if format_ == "html":
        text = files["html"].decode()
        asked = re.findall(
            r"<(?:script|link|img|iframe|object|embed|form)\b[^>]*", text
        )
        assert [tag for tag in asked if "data:" not in tag] == []
        assert not re.search(r"\son\w+\s*=", re.sub(r">[^<]*<", "><", text))
        assert "url(http" not in text
        assert "@import" not in text
        return
    for name, content in parts_of(files["docx"]).items():
        assert not re.search("vba|external|embed|activeX", name), name
        for target in re.findall(rb'Target="([^"]*)" TargetMode="External"', content):
            assert re.match(rb"https?:|mailto:", target), target
        assert b"DDE" not in content
        assert b"INCLUDE" not in content
