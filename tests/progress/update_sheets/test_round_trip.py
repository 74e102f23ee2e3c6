"""A sheet that is uploaded as it was downloaded changes nothing, whatever its texts."""

import subprocess
from datetime import date

import pytest

from progress import limits
from progress.sheets.csv_text import guarded
from progress.update_sheets.comparison import changes_of
from progress.update_sheets.reader import read_sheet
from progress.uploaded_sheets.clear_mark import read_text
from progress.uploaded_sheets.previews import RowOutcome
from tests.progress.sheets.nasty_texts import NASTY
from tests.progress.update_sheets.sample_sheets import (
    FIRST,
    drafted,
    filled,
    filled_csv,
    preview_filled,
    preview_of,
    row,
    sheet,
    text,
    written,
)

# Those that a draft can hold, and those that are special in a sheet.
STORABLE = [one.strip() for one in NASTY if len(one) < limits.NEXT_STEPS] + [
    *("'-x", "''", "_x000D_", "[clear]", "[[clear]]", "[CLEAR]", "Yes", "TLP:GREEN"),
    "👩" * limits.NEXT_STEPS,
]


def nasty_sheet():
    """Each text in a narrative and in a last text. Line ends are stored as one sign."""
    texts = ["\n".join(one.splitlines()) for one in STORABLE]
    return sheet(
        *(
            drafted(f"1.{n}", narrative=one, next_steps=one, last=text(obstacles=one))
            for n, one in enumerate(texts, 1)
        )
    )


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_sheet_uploaded_as_downloaded_has_no_difference(ending):
    present = nasty_sheet()
    preview = preview_of(written(present, ending), present, name=f"sheet.{ending}")
    assert list(preview.all_faults) == []
    assert [one.outcome for one in preview.rows] == [RowOutcome.UNCHANGED] * len(
        STORABLE
    )


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_every_text_is_read_as_it_was_written(ending):
    """Without the help of the marks in the row keys."""
    present = nasty_sheet()
    read = read_sheet(written(present, ending), f"sheet.{ending}")
    for found, row_ in zip(read.rows, present.rows, strict=True):
        assert found.cells["last_obstacles"] == row_.last.obstacles
        assert read_text(found.cells["next_steps"]) == row_.update.next_steps
        assert found.cells["as_of"] == row_.update.as_of.isoformat()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_every_text_that_a_person_types_is_taken_as_typed(ending):
    texts = [one for one in STORABLE if one and one.lower() != "[clear]"]
    present = sheet(*(drafted(f"1.{n}") for n in range(1, len(texts) + 1)))
    typed = {(FIRST + n, "narrative"): one for n, one in enumerate(texts)}
    preview = preview_of(TYPE[ending](present, typed), present, name=f"a.{ending}")
    assert list(preview.all_faults) == []
    expected = ["\n".join(one.splitlines()) for one in texts]
    expected[texts.index("[[clear]]")] = "[clear]"
    assert [one.text.narrative for one in preview.rows] == expected


def typed_in_csv(present, typed):
    """CSV for people has an apostrophe before what could be a formula."""
    guard = {place: guarded(one) for place, one in typed.items()}
    return filled_csv(written(present, "csv"), guard)


def typed_in_xlsx(present, typed):
    """openpyxl writes `_x000D_` as it is, and it is an escape in a workbook."""
    escaped = {place: one.replace("_x", "_x005F_x") for place, one in typed.items()}
    return filled(written(present), escaped)


TYPE = {"xlsx": typed_in_xlsx, "csv": typed_in_csv}


def test_a_file_saved_by_openpyxl_has_no_difference_either():
    """It reads `_x000D_` as the escape that it is in a workbook, and writes it so."""
    rows = [one for one in nasty_sheet().rows if "_x" not in one.update.narrative]
    preview = preview_of(filled(written(sheet(*rows)), {}), sheet(*rows))
    assert preview.counts[RowOutcome.UNCHANGED] == len(rows) == len(STORABLE) - 3


@pytest.mark.long
def test_a_file_saved_by_libreoffice_has_no_difference_either(tmp_path):
    present = nasty_sheet()
    (tmp_path / "sheet.xlsx").write_bytes(written(present))
    saved = tmp_path / "saved"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", saved, tmp_path / "sheet.xlsx"], check=True, timeout=180
    )
    preview = preview_of((saved / "sheet.xlsx").read_bytes(), present)
    assert list(preview.all_faults) == []
    assert preview.counts[RowOutcome.UNCHANGED] == len(STORABLE)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_with_every_separator_and_encoding_of_excel(separator, encoding):
    present = sheet(drafted(narrative="Semicolons; commas, and\ttabs", obstacles="é日"))
    content = filled_csv(
        written(present, "csv"),
        {(FIRST, "next_steps"): "Next; and, then"},
        separator=separator,
        encoding=encoding,
    )
    [found] = preview_of(content, present, name="sheet.txt").rows
    assert found.text == text(
        narrative="Semicolons; commas, and\ttabs",
        obstacles="é日",
        next_steps="Next; and, then",
    )


def test_a_blank_cell_leaves_the_field_and_clear_empties_it():
    present = sheet(drafted(obstacles="None so far.", next_steps="Five more."))
    changes = {(FIRST, "narrative"): "", (FIRST, "obstacles"): " [Clear] "}
    [found] = preview_filled(present, changes).rows
    assert found.outcome is RowOutcome.CHANGED
    assert found.text == text(next_steps="Five more.", obstacles="")


def test_a_row_with_nothing_typed_does_nothing():
    [found] = preview_filled(sheet(row()), {}).rows
    assert found.outcome is RowOutcome.UNCHANGED


def test_a_new_update_begins_with_the_last_text_and_the_day_that_was_typed():
    last = text(narrative="Old.", handling="amber", is_at_risk=True, language="fr")
    changes = {(FIRST, "as_of"): date(2017, 5, 18), (FIRST, "status"): "Implemented"}
    [found] = preview_filled(sheet(row(last=last)), changes).rows
    assert found.outcome is RowOutcome.NEW
    assert found.text == text(
        narrative="Old.",
        handling="amber",
        is_at_risk=True,
        language="fr",
        as_of=date(2017, 5, 18),
        status="implemented",
    )
    assert [(one.field, one.before, one.after) for one in changes_of(found)] == [
        ("as_of", "2017-05-01", "2017-05-18"),
        ("status", "Limited progress", "Implemented"),
    ]


def test_a_first_update_has_the_language_of_its_member():
    changes = {(FIRST, "as_of"): "2017-05-18", (FIRST, "narrative"): "Première."}
    [found] = preview_filled(sheet(row(language="fr")), changes).rows
    assert found.text.language == "fr"
    assert found.text.handling == "green"


def test_choices_are_read_as_labels_or_values_in_any_case():
    changes = {
        (FIRST, "status"): "SUBSTANTIAL  progress",
        (FIRST, "handling"): "amber",
        (FIRST, "is_at_risk"): True,
        (FIRST, "language"): "français",
    }
    [found] = preview_filled(sheet(drafted()), changes).rows
    assert found.text == text(
        status="substantial", handling="amber", is_at_risk=True, language="fr"
    )


def test_the_order_of_rows_and_columns_does_not_matter():
    present = sheet(drafted("1.1"), drafted("1.2"))

    def turn(_book, page):
        page.move_range("A2:O2", rows=5)
        page.insert_cols(1)
        for line in range(1, page.max_row + 1):
            page.cell(line, 1).value = page.cell(line, 5).value
        page.delete_cols(5)

    preview = preview_filled(present, {(FIRST, "narrative"): "New."}, do=turn)
    assert [(one.code, one.outcome) for one in preview.rows] == [
        ("1.2", RowOutcome.UNCHANGED),
        ("1.1", RowOutcome.CHANGED),
    ]
