"""Rows that are refused, and rows that a person must decide about."""

from datetime import date

import pytest

from progress.update_sheets.comparison import changes_of
from progress.update_sheets.reader import read_sheet
from progress.uploaded_sheets.previews import RowOutcome
from tests.progress.update_sheets.refusing import assert_refused, faults_of, only_fault
from tests.progress.update_sheets.sample_sheets import (
    FIRST,
    HEADINGS,
    drafted,
    preview_filled,
    preview_of,
    row,
    sheet,
    text,
    written,
)

UNKNOWN = "This row is not one of yours, or its row key was changed."


# ---- Rows that are not this person's -------------------------------------------------


def key_of(of, ending="xlsx"):
    [found] = read_sheet(written(of, ending), f"sheet.{ending}").rows
    return found.cells["row_key"]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "invented",
        "ise-shima|spring|JP|1.2.1||0|" + "AAAA" * 14,
        key_of(sheet(drafted(), member="FR")),
        key_of(sheet(drafted("2.2"))),  # of the same member, not assigned or not there
        key_of(sheet(drafted()))[:-1],
    ],
)
def test_a_row_of_another_reads_like_an_invented_one(key):
    changes = {(FIRST, "row_key"): key, (FIRST, "narrative"): "New."}
    preview = preview_filled(sheet(drafted()), changes)
    assert only_fault(preview).message.startswith(UNKNOWN)
    [found] = preview.rows
    assert (found.code, found.title, found.text) == ("", "", None)
    assert not [*changes_of(found)]


def test_the_sheet_of_another_member_is_refused_row_by_row():
    theirs = written(sheet(drafted("1.1"), drafted("1.2"), member="FR"))
    preview = preview_of(theirs, sheet(drafted("1.1"), drafted("1.2")))
    assert [line for line, _column, _message in faults_of(preview)] == [2, 3]
    assert {message.split(",")[0] for *_where, message in faults_of(preview)} == {
        "This row is not one of yours"
    }


def test_the_sheet_of_another_plan_is_refused():
    other = written(sheet(drafted(), slug="elmau"))
    fault = only_fault(preview_of(other, sheet(drafted())))
    assert fault.message.startswith("This row is from the sheet of another plan.")


@pytest.mark.parametrize("stocktake", ["autumn", ""])
def test_the_sheet_of_another_stocktake_is_refused(stocktake):
    other = written(sheet(drafted(), stocktake=stocktake))
    fault = only_fault(preview_of(other, sheet(drafted())))
    assert fault.message.startswith("This row is from the sheet of another stocktake.")


def test_the_same_row_twice_is_refused_at_both_places():
    def double(_book, page):
        for cell in page[FIRST]:
            page.cell(FIRST + 1, cell.column).value = cell.value

    preview = preview_filled(sheet(drafted()), {}, do=double)
    assert [(line, message[:31]) for line, _c, message in faults_of(preview)] == [
        (FIRST, "This commitment is in the sheet"),
        (FIRST + 1, "This commitment is in the sheet"),
    ]


@pytest.mark.parametrize(
    "column",
    ["commitment", "state", "last_update", "last_narrative", "last_obstacles"],
)
def test_an_edited_cell_that_is_only_to_be_read_is_refused(column):
    present = sheet(drafted(last=text(obstacles="One.")))
    changes = {(FIRST, column): "Something else"}
    assert_refused(changes, column, "only to be read", present=present)


@pytest.mark.parametrize("value", ["", 7, date(2017, 1, 1)])
def test_a_cell_to_be_read_is_refused_also_if_emptied_or_no_text(value):
    preview = preview_filled(sheet(drafted()), {(FIRST, "state"): value})
    assert {fault.column for fault in preview.all_faults} == {HEADINGS["state"]}


# ---- Updates that cannot be written now ----------------------------------------------


def test_a_locked_update_is_refused_only_if_something_was_typed():
    why = "The update of this stocktake is published."
    present = sheet(row("1.1", why_locked=why), drafted("1.2", why_locked=why))
    assert preview_filled(present, {}).counts[RowOutcome.UNCHANGED] == 2
    changes = {
        (FIRST, "as_of"): "2017-05-02",
        (FIRST + 1, "narrative"): "Changed.",
    }
    found = faults_of(preview_filled(present, changes))
    assert found == [(FIRST, "", why), (FIRST + 1, "", why)]


def test_a_row_that_changed_since_the_download_is_a_conflict():
    before = sheet(drafted(version=3))
    now = sheet(drafted(version=4, narrative="Theirs.", obstacles="Theirs too."))
    changes = {(FIRST, "narrative"): "Mine."}
    [found] = preview_filled(before, changes, now=now).rows
    assert found.outcome is RowOutcome.CONFLICT
    assert [(one.field, one.before, one.after) for one in changes_of(found)] == [
        ("narrative", "Theirs.", "Mine.")
    ]
    assert found.text.obstacles == "Theirs too."


def test_a_row_that_changed_since_the_download_and_was_left_alone_is_unchanged():
    before = sheet(drafted(version=3))
    now = sheet(drafted(version=4, narrative="Theirs."))
    [found] = preview_filled(before, {}, now=now).rows
    assert found.outcome is RowOutcome.UNCHANGED


def test_an_update_that_a_colleague_began_is_a_conflict():
    changes = {(FIRST, "as_of"): "2017-05-02", (FIRST, "narrative"): "Mine."}
    [found] = preview_filled(sheet(row()), changes, now=sheet(drafted())).rows
    assert found.outcome is RowOutcome.CONFLICT


def test_a_changed_row_whose_update_was_discarded_begins_a_new_one_if_chosen():
    changes = {(FIRST, "obstacles"): "Mine."}
    [found] = preview_filled(sheet(drafted()), changes, now=sheet(row())).rows
    assert found.outcome is RowOutcome.CONFLICT
    assert found.text == text(obstacles="Mine.")


def test_a_returned_update_keeps_its_status_and_narrative():
    present = sheet(drafted())
    [kept] = present.rows
    returned = sheet(type(kept)(**{**vars(kept), "must_be_complete": True}))
    changes = {
        (FIRST, name): "[clear]" for name in ("status", "narrative", "obstacles")
    }
    found = faults_of(preview_filled(returned, changes))
    assert [column for _line, column, _message in found] == ["Status", "Narrative"]
    assert preview_filled(present, changes).can_apply


@pytest.mark.parametrize(
    ("before", "after", "is_lower"),
    [
        ("amber", "TLP:GREEN", True),
        ("amber", "TLP:CLEAR", True),
        ("green", "TLP:CLEAR", True),
        ("green", "TLP:AMBER", False),
        ("clear", "TLP:GREEN", False),
    ],
)
def test_a_lower_handling_label_is_told_apart(before, after, is_lower):
    changes = {(FIRST, "handling"): after, (FIRST, "as_of"): "2017-05-02"}
    for present in (drafted(handling=before), row(last=text(handling=before))):
        preview = preview_filled(sheet(present), changes)
        assert bool(preview.lowered) is is_lower
        assert preview.can_apply
