"""Tests of a release: it is complete, dated by the database, and stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.assessments.cells import save_cell
from progress.actions.assessments.feedback import open_feedback
from progress.actions.assessments.release import release_table
from progress.assessments.cells import CellText
from progress.models import Assessment, AssessmentTable
from tests.progress.assessments.scoring import (
    SCORES,
    cell,
    make_table,
    release,
    released_table,
    revision,
    score,
    table_in_feedback,
)


@pytest.fixture
def table(stocktake, assessor) -> AssessmentTable:
    made = make_table(assessor.body, stocktake)
    score(made, SCORES)
    return made


def test_a_table_is_released_as_a_whole(table, assessor):
    released = release(table, handling="clear")
    assert (released.state, released.handling) == ("released", "clear")
    assert released.released_by == assessor
    assert Assessment.objects.filter(table=table).scored().count() == len(SCORES)
    event = Event.objects.get(verb="assessment_table.release")
    assert event.at == released.released_at
    assert event.member == ""
    assert event.data == {
        "body": "university-observatory",
        "version": 2,
        "state": "released",
        "handling": "clear",
        "phase": "interim",
    }


def test_each_score_has_its_record_and_a_blank_cell_has_none(table):
    released = release(table)
    for one in Assessment.objects.filter(table=table).select_related("ledger_record"):
        assert (one.ledger_record is not None) == one.is_scored
        if one.ledger_record:
            assert one.ledger_record.kind == "assessment"
            assert one.ledger_record.recorded_at == released.released_at


def test_a_table_in_feedback_is_released_with_its_comments(stocktake, assessor):
    released = release(table_in_feedback(assessor.body, stocktake))
    assert released.feedback_opened_at is not None
    assert released.state == "released"


def test_a_table_without_a_score_is_refused(stocktake, assessor):
    table = make_table(assessor.body, stocktake)
    with pytest.raises(ValidationError) as refusal:
        release(table)
    assert refusal.value.code == "no_scores"


def test_a_score_without_a_rationale_is_refused(table, assessor):
    for member in ("DE", "EU"):
        save_cell(
            assessment=cell(table, "2.1", member),
            version=1,
            fields=CellText(score="0"),
            by=assessor,
            at=datetime.now(UTC),
        )
    with pytest.raises(ValidationError, match="2 scores have no rationale") as refusal:
        release(table)
    assert refusal.value.code == "incomplete"


@pytest.mark.parametrize("field", ["rationale", "sources"])
def test_words_about_a_cell_without_a_score_are_not_shown_to_others(
    table, assessor, field
):
    """They are on no record, and may be about a score that the body took back."""
    note(table, assessor, **{field: "Not sure yet."})
    for show in (release, feedback):
        with pytest.raises(ValidationError, match="1 cell has words") as refusal:
            show(table)
        assert refusal.value.code == "incomplete"
    note(table, assessor, version=2)
    assert release(table).is_released


def note(table, by, version=1, **words) -> None:
    """Write about a cell that has no score."""
    save_cell(
        assessment=cell(table, "2.1", "DE"),
        version=version,
        fields=CellText(**words),
        by=by,
        at=datetime.now(UTC),
    )


def feedback(table) -> None:
    at = datetime.now(UTC)
    open_feedback(
        table=table,
        until=at + timedelta(days=7),
        comments_audience="body",
        by=table.began_by,
        at=at,
    )


@pytest.mark.parametrize("handling", ["amber", "red", ""])
def test_another_label_than_clear_and_green_is_refused(table, handling):
    with pytest.raises(ValidationError) as refusal:
        release(table, handling=handling)
    assert set(refusal.value.error_dict) == {"handling"}
    table.refresh_from_db()
    assert table.state == "draft"


def test_a_release_is_never_before_the_last_record(table, assessor, other_assessor):
    theirs = released_table(other_assessor.body, table.stocktake)
    long_ago = datetime.now(UTC) - timedelta(days=9)
    released = release_table(table=table, handling="green", by=assessor, at=long_ago)
    assert theirs.released_at
    assert released.released_at
    assert released.released_at >= theirs.released_at


def test_a_table_that_has_changed_since_it_was_read_is_refused(table, assessor):
    release(AssessmentTable.objects.get(pk=table.pk))
    with pytest.raises(StaleRow):
        release(table)


def test_two_bodies_release_on_the_same_commitments(table, other_assessor):
    first = release(table)
    second = released_table(other_assessor.body, table.stocktake, SCORES)
    known = AssessmentTable.objects.as_known_at(datetime.now(UTC))
    assert set(known) == {first, second}
    final = release(revision(second, {("1.1.1", "FR"): "0"}))
    known = AssessmentTable.objects.as_known_at(datetime.now(UTC))
    assert set(known) == {first, final}
    assert cell(second, "1.1.1", "FR").score == "1"
