"""Tests of score tables: begun, revised, discarded, and known at an instant."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from accounts.versions import StaleRow
from audit.models import Event
from commitments.models import MemberCommitment
from progress.actions.assessments.feedback import open_feedback
from progress.actions.assessments.tables import (
    begin_table,
    discard_table,
    revise_table,
)
from progress.models import Assessment, AssessmentTable
from tests.factories import make_body, make_plan, make_stocktake, make_user
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

DAY = timedelta(days=1)


@pytest.fixture
def begin(stocktake, assessor):
    def do(**changes) -> AssessmentTable:
        values = {
            "body": assessor.body,
            "stocktake": stocktake,
            "by": assessor,
            "at": datetime.now(UTC),
        }
        return begin_table(**{**values, **changes})

    return do


def discard(table, by) -> AssessmentTable:
    return discard_table(table=table, by=by, at=datetime.now(UTC))


def test_a_table_begins_with_a_blank_cell_for_every_pair(begin, plan, assessor):
    make_plan("another-plan")
    table = begin()
    assert (table.number, table.phase, table.state) == (1, "interim", "draft")
    assert table.began_by == assessor
    owed = MemberCommitment.objects.filter(commitment__plan=plan)
    cells = Assessment.objects.filter(table=table)
    assert {one.member_commitment_id for one in cells} == {one.pk for one in owed}
    assert {(one.score, one.version) for one in cells} == {("", 1)}
    event = Event.objects.get(verb="assessment_table.begin")
    assert event.member == ""
    assert event.data["body"] == "university-observatory"


def test_a_table_can_be_final_from_the_start(begin):
    assert begin(phase="final").is_final
    with pytest.raises(ValidationError) as refusal:
        begin(body=make_body(), phase="last")
    assert refusal.value.code == "invalid_choice"


def test_a_stocktake_that_has_not_opened_is_refused(
    begin, plan, coordinator, second_reviewer
):
    planned = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="planned",
        opened_at=None,
        opened_by=None,
    )
    with pytest.raises(ValidationError) as refusal:
        begin(stocktake=planned)
    assert refusal.value.code == "planned"


def test_a_closed_stocktake_can_be_scored(begin, plan, coordinator, second_reviewer):
    closed = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="closed",
        closed_at=datetime.now(UTC),
        closed_by=coordinator,
    )
    assert begin(stocktake=closed).stocktake == closed


def test_a_second_first_table_is_refused(begin, stocktake, assessor):
    begin()
    with pytest.raises(ValidationError) as refusal:
        begin()
    assert refusal.value.code == "table_exists"


def test_only_people_of_the_body_begin_one(
    begin, assessor, other_assessor, officer_jp, coordinator, administrator
):
    machine = make_user(Role.ASSESSOR, body=assessor.body, is_service=True)
    machine.scopes = frozenset({"write:assessments"})
    people = (other_assessor, officer_jp, coordinator, administrator, machine)
    for person in people:
        with pytest.raises(PermissionDenied):
            begin(by=person)
    assert not AssessmentTable.objects.exists()


def test_two_bodies_work_on_the_same_stocktake(begin, other_assessor):
    begin()
    theirs = begin(body=other_assessor.body, by=other_assessor)
    assert theirs.number == 1


def test_a_discarded_table_stays_and_its_number_is_free_again(begin, assessor):
    first = discard(begin(), assessor)
    second = begin()
    assert (first.number, second.number) == (1, 1)
    assert Assessment.objects.filter(table=first).count() == 32
    with pytest.raises(ValidationError):
        discard(first, assessor)


def test_a_discarded_revision_leaves_no_gap_in_the_numbers(stocktake, assessor):
    table = released_table(assessor.body, stocktake)
    discard(revision(table), assessor)
    final = release(revision(table))
    assert final.number == 2


def test_a_revision_begins_as_a_copy_and_leaves_the_table_as_it_was(
    stocktake, assessor
):
    before = released_table(assessor.body, stocktake)
    cells = list(Assessment.objects.filter(table=before).order_by("pk").values())
    new = revision(before, {("1.1.1", "FR"): "0"})
    assert (new.number, new.phase, new.supersedes) == (2, "final", before)
    unchanged = ("score", "rationale", "sources", "as_of", "guideline_id",
                 "scored_at", "scored_by_id")  # fmt: skip
    old, copy = cell(before, "1.1.1", "JP"), cell(new, "1.1.1", "JP")
    assert [getattr(old, name) for name in unchanged] == [
        getattr(copy, name) for name in unchanged
    ]
    assert copy.version == 1
    assert cell(new, "1.1.1", "FR").score == "0"
    assert list(Assessment.objects.filter(table=before).order_by("pk").values()) == (
        cells
    )


def test_a_final_table_is_revised_by_a_final_one(stocktake, assessor):
    final = released_table(assessor.body, stocktake, phase="final")
    with pytest.raises(ValidationError) as refusal:
        revision(final, phase="interim")
    assert refusal.value.code == "invalid_choice"
    with pytest.raises(ValidationError) as refusal:
        revision(final, phase="last")
    assert refusal.value.code == "invalid_choice"
    assert revision(final).is_final


def test_an_interim_table_can_be_revised_by_an_interim_one(stocktake, assessor):
    table = released_table(assessor.body, stocktake)
    assert revision(table, phase="interim").phase == "interim"


def test_only_the_newest_table_is_revised(stocktake, assessor):
    first = released_table(assessor.body, stocktake)
    second = release(revision(first))
    at = datetime.now(UTC)
    with pytest.raises(ValidationError) as refusal:
        revise_table(table=first, phase="final", by=assessor, at=at)
    assert refusal.value.code == "illegal_transition"
    assert revision(second).number == 3


def test_a_table_that_has_changed_since_it_was_read_is_refused(begin, assessor):
    table = begin()
    discard(AssessmentTable.objects.get(pk=table.pk), assessor)
    with pytest.raises(StaleRow):
        discard(table, assessor)


# ---- Known at an instant -------------------------------------------------------------


@pytest.fixture
def line(stocktake, assessor) -> list[AssessmentTable]:
    """Four tables in one line: three that were released, and a draft."""
    body, start = assessor.body, datetime.now(UTC) - 10 * DAY
    first = released_table(body, stocktake, at=start)
    second = release(revision(first, phase="interim", at=start + DAY), at=start + DAY)
    third = release(
        revision(second, at=start + 2 * DAY), handling="clear", at=start + 2 * DAY
    )
    fourth = revision(third)
    return [first, second, third, fourth]


def test_at_each_instant_one_table_is_known(line):
    first, second, third, _draft = line
    instants = [
        (None, first.released_at - DAY),
        (first, first.released_at),
        (first, second.released_at - timedelta(microseconds=1)),
        (second, second.released_at),
        (third, third.released_at),
        (third, datetime.now(UTC)),
    ]
    for table, known_at in instants:
        found = AssessmentTable.objects.as_known_at(known_at)
        assert list(found) == ([table] if table else [])


def test_a_table_is_superseded_even_by_one_that_its_reader_may_not_see(
    stocktake, assessor, observer
):
    clear = released_table(assessor.body, stocktake, handling="clear")
    release(revision(clear), handling="green")
    observer.scopes = frozenset({"read:clear"})
    now = datetime.now(UTC)
    visible = AssessmentTable.objects.visible_to(observer, now)
    assert list(visible) == [clear]
    assert clear.released_at
    assert list(visible.as_known_at(now)) == []
    assert list(visible.as_known_at(clear.released_at)) == [clear]


def test_what_took_a_tables_place_is_known_from_the_later_one(line):
    first, second, third, draft = line
    tables = AssessmentTable.objects.with_superseding().with_replaced()
    found = {
        table.pk: (table.superseded_at, table.replaced_id)
        for table in tables.filter(pk__in=[table.pk for table in line])
    }
    assert found == {
        first.pk: (second.released_at, None),
        second.pk: (third.released_at, first.pk),
        third.pk: (None, second.pk),
        draft.pk: (None, third.pk),
    }


def test_a_table_that_was_only_in_feedback_is_passed_over(stocktake, assessor):
    """The final one revises it, and takes the place of what was released before."""
    body = assessor.body
    first = released_table(body, stocktake)
    second = revision(first, phase="interim")
    feedback = _open(second)
    final = release(revision(feedback))
    assert final.supersedes_id == feedback.pk
    now = datetime.now(UTC)
    assert list(AssessmentTable.objects.as_known_at(now)) == [final]
    replaced = AssessmentTable.objects.with_replaced().get(pk=final.pk)
    assert replaced.replaced_id == first.pk


def _open(table) -> AssessmentTable:
    now = datetime.now(UTC)
    by = table.began_by
    return open_feedback(
        table=table, until=now + 7 * DAY, comments_audience="body", by=by, at=now
    )


def test_each_body_and_stocktake_has_its_own_line(
    stocktake, plan, coordinator, second_reviewer, assessor, other_assessor
):
    second = make_stocktake(
        plan,
        by=coordinator,
        second_reviewer=second_reviewer,
        slug="second",
        closed_at=datetime.now(UTC),
        closed_by=coordinator,
    )
    tables = {
        released_table(body, one)
        for body in (assessor.body, other_assessor.body)
        for one in (stocktake, second)
    }
    assert set(AssessmentTable.objects.as_known_at(datetime.now(UTC))) == tables


def test_the_counts_of_a_table(stocktake, assessor):
    table = make_table(assessor.body, stocktake)
    score(table, SCORES)
    counted = AssessmentTable.objects.with_counts().get(pk=table.pk)
    assert (counted.cell_count, counted.scored_count) == (32, 3)
    assert Assessment.objects.filter(table=table).blank().count() == 29
    ordered = Assessment.objects.filter(table=table).in_plan_order()
    codes = [one.member_commitment.commitment.code for one in ordered]
    assert codes == sorted(codes)


def test_the_tables_of_the_own_body(stocktake, assessor, other_assessor, observer):
    mine = make_table(assessor.body, stocktake)
    table_in_feedback(other_assessor.body, stocktake)
    own = AssessmentTable.objects.own_of
    assert list(own(assessor)) == [mine]
    assert list(own(observer)) == []
    assert list(AssessmentTable.objects.kept()) != []


def test_a_list_of_tables_reads_no_text_of_a_plan(stocktake, assessor):
    released_table(assessor.body, stocktake)
    with CaptureQueriesContext(connection) as queries:
        [table] = AssessmentTable.objects.with_places()
        assert table.stocktake.plan.title
        assert table.body.name
    [query] = queries
    assert "source_text" not in query["sql"]
    assert "preamble" not in query["sql"]
