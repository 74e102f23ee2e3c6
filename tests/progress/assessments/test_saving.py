"""Tests of saving one cell, and many cells at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role
from accounts.versions import StaleRow
from audit.models import Event
from progress import limits
from progress.actions.assessments.cells import (
    CellsNotSaved,
    CellToSave,
    save_cell,
    save_cells,
)
from progress.actions.assessments.guidelines import (
    publish_guideline,
    save_guideline,
)
from progress.assessments.cells import CellText
from progress.models import Assessment, Guideline
from tests.factories import make_body, make_stocktake, make_user
from tests.progress.assessments.scoring import (
    cell,
    make_guidelines,
    make_table,
    released_table,
    score,
)

TEXT_DAY = datetime.now(UTC).date()
TEXT = CellText(score="1", rationale="It adopted the act.", sources="The gazette.")


@pytest.fixture
def table(stocktake, assessor):
    return make_table(assessor.body, stocktake)


@pytest.fixture
def mine(table) -> Assessment:
    """Japan's cell of 1.1.1, which is blank."""
    return cell(table, "1.1.1", "JP")


@pytest.fixture
def save(mine, assessor):
    def do(text: CellText = TEXT, **changes) -> Assessment:
        values = {
            "assessment": mine,
            "version": 1,
            "fields": text,
            "by": assessor,
            "at": datetime.now(UTC),
        }
        return save_cell(**{**values, **changes})

    return do


def problems_of(refusal) -> dict[str, str]:
    return {name: errors[0].code for name, errors in refusal.value.error_dict.items()}


def test_a_cell_is_saved_with_who_when_and_by_which_guideline(save, mine, assessor):
    at = datetime.now(UTC)
    saved = save(at=at)
    mine.refresh_from_db()
    assert (mine.score, mine.rationale, mine.sources) == (
        "1", "It adopted the act.", "The gazette.",
    )  # fmt: skip
    assert (mine.scored_by, mine.scored_at, mine.version) == (assessor, at, 2)
    assert mine.guideline == Guideline.objects.get(commitment__code="1.1.1")
    assert mine.as_of == at.date()
    assert saved.version == 2


def test_its_event_says_neither_score_nor_text_nor_member(save, mine):
    save()
    event = Event.objects.get(verb="assessment.edit")
    assert event.data == {"body": "university-observatory", "version": 2}
    assert event.member == ""
    assert event.target_id == str(mine.pk)


def test_the_day_of_a_score_is_by_default_that_of_the_close(
    plan, coordinator, second_reviewer, assessor
):
    closed_at = datetime.now(UTC) - timedelta(days=9)
    closed = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        closed_at=closed_at,
        closed_by=coordinator,
    )
    table = make_table(assessor.body, closed)
    score(table, {("1.1.1", "JP"): "0"})
    assert cell(table, "1.1.1", "JP").as_of == closed_at.date()


def test_what_does_not_differ_is_not_written(save, mine):
    first = save()
    text = CellText.of(first)
    assert save(text, version=2).version == 2
    assert Event.objects.filter(verb="assessment.edit").count() == 1


def test_a_rationale_without_a_score_is_kept(save, mine):
    save(CellText(rationale="Not sure yet."))
    mine.refresh_from_db()
    assert (mine.score, mine.guideline, mine.as_of) == ("", None, None)
    assert mine.rationale == "Not sure yet."
    assert mine.scored_at is not None


def test_a_score_can_be_taken_away_again(save, mine):
    save()
    save(CellText(rationale="Not sure any more."), version=2)
    mine.refresh_from_db()
    assert (mine.score, mine.guideline) == ("", None)


def test_a_cell_that_is_blank_again_does_not_tell_that_it_had_a_score(save, mine):
    save()
    save(CellText(as_of=TEXT_DAY), version=2)
    mine.refresh_from_db()
    assert CellText.of(mine) == CellText()
    assert (mine.guideline, mine.scored_at, mine.scored_by) == (None, None, None)
    assert mine.version == 3


def test_a_score_is_given_under_the_newest_published_guideline(save, mine, assessor):
    at, commitment = datetime.now(UTC), mine.member_commitment.commitment
    save()
    newer = save_guideline(
        commitment=commitment, text="Stricter.", version=0, by=assessor, at=at
    )
    mine.refresh_from_db()
    assert mine.guideline.number == 1
    publish_guideline(guideline=newer, by=assessor, at=at)
    save(CellText(score="0", rationale="Stricter now."), version=2)
    mine.refresh_from_db()
    assert mine.guideline.number == 2


def test_a_score_needs_a_published_guideline_of_its_own_body(stocktake, table):
    other = make_body("policy-institute")
    by = make_user(Role.ASSESSOR, body=other)
    make_guidelines(other, stocktake.plan, is_published=False)
    table = make_table(other, stocktake)
    with pytest.raises(ValidationError) as refusal:
        save_cell(
            assessment=cell(table, "1.1.1", "JP"),
            version=1,
            fields=TEXT,
            by=by,
            at=datetime.now(UTC),
        )
    assert problems_of(refusal) == {"score": "no_guideline"}


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        (CellText(score="2"), "score", "invalid_choice"),
        (CellText(score="-"), "score", "invalid_choice"),
        (CellText(score="+1"), "score", "invalid_choice"),
        (CellText(rationale="A\x00B"), "rationale", "text"),
        (CellText(rationale="A\x1bB"), "rationale", "text"),
        (CellText(rationale="A\u202eB"), "rationale", "text"),
        (CellText(rationale="A\ud800B"), "rationale", "text"),
        (CellText(sources="A\x00B"), "sources", "text"),
        (CellText(rationale="x" * (limits.RATIONALE + 1)), "rationale", "text"),
        (CellText(sources="x" * (limits.SOURCES + 1)), "sources", "text"),
    ],
)
def test_what_cannot_be_kept_is_refused(save, mine, text, field, code):
    with pytest.raises(ValidationError) as refusal:
        save(text)
    assert problems_of(refusal) == {field: code}
    mine.refresh_from_db()
    assert mine.version == 1


def test_every_problem_is_named_at_once(save):
    text = CellText(score="2", rationale="\x00", sources="\x00")
    with pytest.raises(ValidationError) as refusal:
        save(text)
    assert set(refusal.value.error_dict) == {"score", "rationale", "sources"}


@pytest.mark.parametrize("days", [1, -9999])
def test_a_day_after_today_or_before_the_plan_is_refused(save, days):
    as_of = datetime.now(UTC).date() + timedelta(days=days)
    with pytest.raises(ValidationError) as refusal:
        save(CellText(score="1", rationale="So.", as_of=as_of))
    assert problems_of(refusal) == {"as_of": "out_of_range"}


@pytest.mark.parametrize(
    "rationale",
    [
        "<script>alert(1)</script>",
        "# قرار مجلس الأمن ٢١٧٨",
        "テロ資金供与処罰法を改正した。",
        "- first\n- second",
        "=1+1",
        "x" * limits.RATIONALE,
    ],
)
def test_a_text_is_kept_as_typed(save, mine, rationale):
    save(CellText(score="1", rationale=rationale))
    mine.refresh_from_db()
    assert mine.rationale == rationale


def test_line_ends_and_blanks_at_the_ends_are_changed_as_in_entries(save, mine):
    save(CellText(score="1", rationale="  One.\r\nTwo.\u2028\n", sources=" \u200b "))
    mine.refresh_from_db()
    assert (mine.rationale, mine.sources) == ("  One.\nTwo.", "")


def test_a_stale_save_is_refused_with_what_is_there_now(save, mine):
    save(CellText(score="1", rationale="First."))
    with pytest.raises(StaleRow) as stale:
        save(CellText(score="0", rationale="Second."))
    assert CellText.of(stale.value.row).rationale == "First."
    mine.refresh_from_db()
    assert (mine.score, mine.version) == ("1", 2)


def test_a_colleague_of_the_body_may_save(save, assessor):
    colleague = make_user(Role.ASSESSOR, body=assessor.body)
    assert save(by=colleague).scored_by == colleague


def test_a_key_of_the_body_may_save(save, assessor):
    machine = make_user(Role.ASSESSOR, body=assessor.body, is_service=True)
    machine.scopes = frozenset({"write:assessments"})
    assert save(by=machine).scored_by == machine


def test_for_others_a_draft_is_not_there(save, other_assessor, officer_jp, coordinator):
    for person in (other_assessor, officer_jp, coordinator):
        with pytest.raises(Assessment.DoesNotExist):
            save(by=person)


def test_a_released_cell_stays(save, assessor, plan, coordinator, second_reviewer):
    second = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="second",
        closed_at=datetime.now(UTC),
        closed_by=coordinator,
    )
    table = released_table(assessor.body, second)
    with pytest.raises(ValidationError) as refusal:
        save(assessment=cell(table, "1.1.1", "FR"), version=2)
    assert refusal.value.code == "illegal_transition"


# ---- Many at once --------------------------------------------------------------------


def rows_for(table, texts) -> list[CellToSave]:
    return [
        CellToSave(cell(table, code, member).pk, version, text)
        for (code, member), (version, text) in texts.items()
    ]


def test_many_cells_are_saved_together(table, assessor):
    texts = {
        ("1.1.1", "JP"): (1, TEXT),
        ("1.2.1", "FR"): (1, CellText(score="-1", rationale="Nothing was done.")),
        ("2.1", "EU"): (1, CellText(score="not_applicable", rationale="No powers.")),
        ("1.1.1", "FR"): (1, CellText()),
    }
    rows = rows_for(table, texts)
    changed = save_cells(table=table, rows=rows, by=assessor, at=datetime.now(UTC))
    assert len(changed) == 3  # the fourth is blank, as it was
    assert Assessment.objects.scored().count() == 3
    assert Event.objects.filter(verb="assessment.edit").count() == 3


def test_all_are_refused_if_one_is_and_every_refusal_is_named(table, assessor):
    score(table, {("1.1.1", "JP"): "0"})
    texts = {
        ("1.1.1", "JP"): (1, TEXT),  # stale
        ("1.2.1", "FR"): (1, CellText(score="5")),
        ("2.1", "EU"): (1, TEXT),
    }
    rows = rows_for(table, texts)
    strange = CellToSave(table.pk, 1, TEXT)
    with pytest.raises(CellsNotSaved) as refused:
        save_cells(
            table=table, rows=[*rows, strange], by=assessor, at=datetime.now(UTC)
        )
    found = refused.value.refusals
    assert isinstance(found[rows[0].assessment_id], StaleRow)
    wrong, unknown = found[rows[1].assessment_id], found[strange.assessment_id]
    assert isinstance(wrong, ValidationError)
    assert isinstance(unknown, ValidationError)
    assert wrong.error_dict.keys() == {"score"}
    assert unknown.code == "unknown"
    assert len(found) == 3
    assert Assessment.objects.scored().count() == 1


def test_cells_of_another_table_are_not_of_this_one(table, other_assessor, assessor):
    theirs = make_table(other_assessor.body, table.stocktake)
    rows = rows_for(theirs, {("1.1.1", "JP"): (1, TEXT)})
    with pytest.raises(CellsNotSaved):
        save_cells(table=table, rows=rows, by=assessor, at=datetime.now(UTC))
    assert not Assessment.objects.scored().exists()


def test_two_rows_for_one_cell_are_refused(table, assessor):
    rows = rows_for(table, {("1.1.1", "JP"): (1, TEXT)})
    again = CellToSave(rows[0].assessment_id, 1, CellText(score="0", rationale="Or?"))
    with pytest.raises(CellsNotSaved):
        save_cells(table=table, rows=[*rows, again], by=assessor, at=datetime.now(UTC))


def test_many_cells_of_a_released_table_are_refused(table, assessor, other_assessor):
    table = released_table(other_assessor.body, table.stocktake)
    rows = rows_for(table, {("1.1.1", "JP"): (2, TEXT)})
    at = datetime.now(UTC)
    with pytest.raises(PermissionDenied):
        save_cells(table=table, rows=rows, by=assessor, at=at)
    with pytest.raises(ValidationError) as refusal:
        save_cells(table=table, rows=rows, by=other_assessor, at=at)
    assert refusal.value.code == "illegal_transition"
