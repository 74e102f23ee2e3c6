import io
import subprocess
import sys
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from progress import limits
from progress.sheets.workbook import (
    HEADING,
    TEXT,
    CellTextTooLongError,
    new_workbook,
    set_up_print,
    sheet_name,
    write_headings,
    write_text,
)
from tests.progress.sheets.nasty_texts import NASTY

SMALL = """
import sys
from tests.progress.sheets.test_workbook import written
sys.stdout.buffer.write(written(["=1", "text", "日本語"]))
"""


def written(texts, *, header="TLP:GREEN"):
    buffer = io.BytesIO()
    book = new_workbook(buffer, title="Entries & more", language="en")
    sheet = book.add_worksheet("Entries")
    write_headings(sheet, ["Text"], book.add_format(HEADING))
    style = book.add_format(TEXT)
    for row, text in enumerate(texts, 1):
        write_text(sheet, row, 0, text, style)
    set_up_print(sheet, header=header, footer="Plan & more")
    book.close()
    return buffer.getvalue()


def part(content, name):
    with ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_every_text_reads_back_equal_as_a_text():
    content = written(NASTY)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert [row[0] for row in rows.to_python(skip_empty_area=False)] == [
        "Text",
        *NASTY,
    ]


def test_no_text_is_a_formula_a_number_or_a_link():
    content = written([text for text in NASTY if text])
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    cells = sheet.count("<c r=")
    assert cells == sheet.count('t="s"') == len(NASTY)  # all but "", and the heading
    assert 'quotePrefix="1"' in part(content, "xl/styles.xml")


def test_a_text_that_a_cell_cannot_hold_is_refused():
    written(["a" * 32_767])
    for text in ("a" * 32_768, "👩" * 16_384):
        with pytest.raises(CellTextTooLongError, match="Row 2, column 1"):
            written([text])


def test_every_text_of_an_entry_fits_in_a_cell():
    longest = max(limits.NARRATIVE, limits.NEXT_STEPS, limits.OBSTACLES, limits.COMMENT)
    written(["👩" * longest])


def test_headings_stay_in_sight_and_print_on_each_page_with_the_mark():
    content = written(["text"])
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert 'state="frozen"' in sheet
    assert 'ySplit="1"' in sheet
    assert "TLP:GREEN" in sheet
    assert "Plan &amp;&amp; more" in sheet
    assert 'paperSize="9" orientation="landscape"' in sheet or (
        'paperSize="9"' in sheet and 'orientation="landscape"' in sheet
    )
    assert "_xlnm.Print_Titles" in part(content, "xl/workbook.xml")


def test_a_long_header_never_stops_the_sheet():
    assert "&amp;&amp;" in part(
        written(["a"], header="&" * 300), "xl/worksheets/sheet1.xml"
    )


def test_names_of_sheets_are_possible_names():
    assert sheet_name("Entries: 1/2 [a]*?\\") == "Entries  1 2  a"
    assert sheet_name("'quoted'") == "quoted"
    assert len(sheet_name("x" * 40)) == 31


@pytest.mark.long
def test_the_same_texts_give_the_same_bytes_in_other_processes():
    found = {
        subprocess.run(
            [sys.executable, "-c", SMALL],
            env={"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for zone, seed in (("Asia/Tokyo", "1"), ("America/Los_Angeles", "2"))
    }
    assert found == {written(["=1", "text", "日本語"])}
