"""Tests with two assessors who act at once. The threads and connections are real."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import Role, User
from accounts.versions import StaleRow
from progress.actions.assessments.cells import (
    CellsNotSaved,
    CellToSave,
    save_cell,
    save_cells,
)
from progress.actions.assessments.feedback import (
    answer_comment,
    comment_on,
    open_feedback,
)
from progress.actions.assessments.guidelines import save_guideline
from progress.actions.assessments.release import release_table
from progress.actions.assessments.tables import begin_table, revise_table
from progress.assessments.cells import CellText
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Guideline,
    LedgerRecord,
)
from tests.factories import make_user
from tests.progress.assessments.scoring import (
    SCORES,
    cell,
    make_table,
    released_table,
    score,
    table_in_feedback,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Start all at once, and return each result: `done`, or the refusal's name."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait(10)
        try:
            act()
        except (ValidationError, StaleRow, CellsNotSaved) as refusal:
            return getattr(refusal, "code", "") or type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def colleague(assessor) -> User:
    return make_user(Role.ASSESSOR, body=assessor.body)


@pytest.fixture
def table(stocktake, assessor) -> AssessmentTable:
    made = make_table(assessor.body, stocktake)
    score(made, SCORES)
    return made


def save(table, by, rationale: str, code: str = "2.1") -> Callable[[], object]:
    mine = cell(table, code, "JP")
    text = CellText(score="0", rationale=rationale)
    return lambda: save_cell(
        assessment=mine, version=mine.version, fields=text, by=by, at=now()
    )


def test_two_saves_of_one_cell_do_not_overwrite(table, assessor, colleague):
    found = at_once(save(table, assessor, "One."), save(table, colleague, "Two."))
    assert found == ["StaleRow", "done"]
    mine = cell(table, "2.1", "JP")
    assert mine.version == 2
    assert mine.rationale == ("One." if mine.scored_by == assessor else "Two.")


def test_two_saves_of_different_cells_are_both_done(table, assessor, colleague):
    found = at_once(
        save(table, assessor, "One."), save(table, colleague, "Two.", "1.2.2")
    )
    assert found == ["done", "done"]


def test_a_sheet_and_a_save_do_not_overwrite(table, assessor, colleague):
    rows = [
        CellToSave(one.pk, one.version, CellText(score="1", rationale="By sheet."))
        for one in Assessment.objects.filter(table=table)
    ]
    found = at_once(
        lambda: save_cells(table=table, rows=rows, by=colleague, at=now()),
        save(table, assessor, "By hand."),
    )
    assert "done" in found
    assert found in (["CellsNotSaved", "done"], ["StaleRow", "done"])
    texts = set(Assessment.objects.filter(table=table).values_list("rationale"))
    assert (("By sheet.",) in texts) == (("By hand.",) not in texts)


def release(table, by) -> Callable[[], object]:
    return lambda: release_table(table=table, handling="green", by=by, at=now())


def test_a_save_is_released_or_refused(table, assessor, colleague):
    found = at_once(release(table, assessor), save(table, colleague, "At last."))
    mine = cell(table, "2.1", "JP")
    assert found in (["done", "done"], ["done", "illegal_transition"])
    assert (found == ["done", "done"]) == (mine.rationale == "At last.")
    # Its record is of what was saved before the release.
    assert (mine.ledger_record is not None) == mine.is_scored


def test_two_releases_become_one(table, assessor, colleague):
    found = at_once(release(table, assessor), release(table, colleague))
    assert found == ["StaleRow", "done"]
    assert LedgerRecord.objects.count() == len(SCORES)


def test_two_bodies_release_one_after_the_other(table, assessor, other_assessor):
    theirs = make_table(other_assessor.body, table.stocktake)
    score(theirs, SCORES)
    found = at_once(release(table, assessor), release(theirs, other_assessor))
    assert found == ["done", "done"]
    records = list(LedgerRecord.objects.order_by("sequence"))
    assert [one.sequence for one in records] == list(range(1, 2 * len(SCORES) + 1))
    tables = [one.assessment.table_id for one in records]
    size = len(SCORES)
    assert set(tables[:size]).isdisjoint(tables[size:])


def test_a_release_and_an_opening_for_feedback_do_not_cross(table, assessor, colleague):
    found = at_once(
        release(table, assessor),
        lambda: open_feedback(
            table=table,
            until=now() + timedelta(days=3),
            comments_audience="body",
            by=colleague,
            at=now(),
        ),
    )
    assert found == ["StaleRow", "done"]


def test_two_first_tables_become_one(stocktake, assessor, colleague):
    def begin(by):
        return lambda: begin_table(
            body=assessor.body, stocktake=stocktake, by=by, at=now()
        )

    assert at_once(begin(assessor), begin(colleague)) == ["done", "table_exists"]
    assert Assessment.objects.count() == 32


def test_two_revisions_become_one(stocktake, assessor, colleague):
    table = released_table(assessor.body, stocktake)

    def revise(by):
        return lambda: revise_table(table=table, phase="final", by=by, at=now())

    found = at_once(revise(assessor), revise(colleague))
    assert found == ["done", "illegal_transition"]
    assert AssessmentTable.objects.count() == 2


def test_a_revision_and_a_release_of_one_table_do_not_cross(
    stocktake, assessor, colleague
):
    table = table_in_feedback(assessor.body, stocktake)
    found = at_once(
        release(table, assessor),
        lambda: revise_table(table=table, phase="final", by=colleague, at=now()),
    )
    assert found in (["StaleRow", "done"], ["done", "illegal_transition"])


def test_two_first_guidelines_become_one(plan, assessor, colleague):
    commitment = plan.commitments.get(code="2.1")

    def write(by):
        return lambda: save_guideline(
            commitment=commitment, text=str(by.pk), version=0, by=by, at=now()
        )

    assert at_once(write(assessor), write(colleague)) == ["StaleRow", "done"]
    guideline = Guideline.objects.get()
    assert guideline.text == str(guideline.written_by_id)


def test_two_answers_become_one(stocktake, assessor, colleague, officer_jp):
    table = table_in_feedback(assessor.body, stocktake)
    mine = cell(table, "1.1.1", "JP")
    comment = comment_on(assessment=mine, text="?", by=officer_jp, at=now())

    def answer(by):
        return lambda: answer_comment(comment=comment, text="!", by=by, at=now())

    assert at_once(answer(assessor), answer(colleague)) == ["answered", "done"]
    assert AssessmentComment.objects.count() == 2
