"""Tests of released tables as their readers see them."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Scope
from commitments.models import Instrument
from progress.models import Assessment
from progress.positions.plan_table import plan_table
from progress.positions.scores.over_time import read_over_time
from progress.positions.scores.parts import part_of
from progress.positions.scores.reading import ScoreReading, readings_of
from progress.positions.scores.tables import find_table, released_tables
from progress.public_reading.reader import public_reader
from tests.factories import make_body, make_stocktake, make_user
from tests.progress.assessments.hand_checked import (
    EXPECTED,
    LINES,
    MEMBERS,
    SCORES,
)
from tests.progress.assessments.scoring import (
    make_table,
    release,
    released_at,
    released_table,
    revision,
    table_in_feedback,
)
from tests.progress.assessments.test_arithmetic import figure_by_hand, printed

DAY = timedelta(days=1)


def reading_of(table, reader, at=None) -> ScoreReading:
    at = at or datetime.now(UTC)
    plan = plan_table(table.stocktake.plan.slug, on=at.date())
    assert plan
    return ScoreReading.of(table, plan, reader=reader, at=at)


def test_the_hand_checked_table_is_reproduced_to_the_digit(hand_checked, observer):
    reading = reading_of(hand_checked, observer)
    assert reading.figures is not None
    means = {str(name): mean for name, mean in reading.figures.means.items()}
    assert reading.scores() == SCORES
    for expected in EXPECTED:
        if expected.kind == "mean":
            mean = means[expected.name]
            assert printed(mean) == (expected.average, expected.percentage)
            assert mean.of == expected.scored
        else:
            figure = figure_by_hand(reading.figures, expected)
            assert printed(figure) == (expected.average, expected.percentage)
            assert str(figure.rank or "") == expected.rank


def test_a_page_takes_three_queries(
    hand_checked, observer, later, django_assert_num_queries
):
    with django_assert_num_queries(3):
        tables = released_tables(observer, later, known_at=later)
        table = find_table(tables, body="university-observatory")
        assert table is not None
        plan = plan_table(table.stocktake.plan.slug, on=later.date())
        assert plan
        reading = ScoreReading.of(table, plan, reader=observer, at=later)
        assert len(reading.groups) == 4
        assert reading.ranked_members()
        assert reading.ranked_areas()


def test_rows_and_groups_are_in_the_order_of_the_plan(hand_checked, observer):
    reading = reading_of(hand_checked, observer)
    rows = [row for group in reading.groups for row in group.rows]
    codes = [row.line.commitment.code for row in rows]
    assert codes == [line.commitment for line in LINES]
    assert [group.heading.code for group in reading.groups] == ["1.1", "1.2", "2", "3"]
    opens = [group.opens_action for group in reading.groups]
    assert opens == [True, False, False, False]
    first = rows[0]
    by_member = dict(
        zip([member.code for member in reading.members], first.cells, strict=True)
    )
    assert {code: cell.score for code, cell in by_member.items() if cell} == {
        code: SCORES["1.1.1", code] for code in MEMBERS
    }
    assert by_member["FR"]
    assert (by_member["FR"].text, by_member["FR"].label) == (
        "0",
        "Partial compliance or work in progress",
    )
    assert Assessment.objects.get(pk=by_member["FR"].assessment).score == "0"
    assert reading.figures is not None
    assert [figure.decimal for figure in reading.member_figures()] == [
        reading.figures.members[member.code].decimal for member in reading.members
    ]


def test_a_ranking_is_by_rank_and_what_has_none_comes_last(hand_checked, observer):
    reading = reading_of(hand_checked, observer)
    ranked = reading.ranked_members()
    assert [(one.code, one.figure.rank) for one in ranked] == [
        ("JP", 1),
        ("GB", 2),
        ("CA", 3),
        ("DE", 3),
        ("US", 4),
        ("FR", 5),
        ("IT", 5),
        ("EU", None),
    ]
    areas = reading.ranked_areas()
    assert [(one.name, one.figure.rank) for one in areas] == [
        ("1.1 Border security", 1),
        ("2 Action number 2", 2),
        ("1.2 Aviation security", 3),
        ("3 Action number 3", None),
    ]
    in_area = part_of(reading, "1.2").ranked_members()
    assert [(one.code, one.figure.rank) for one in in_area[:2]] == [
        ("JP", 1),
        ("DE", 2),
    ]


def test_a_key_for_one_instrument_gets_cells_and_no_figure(
    hand_checked, scored_plan, observer
):
    instrument = Instrument.objects.create(
        slug="only-one", name="Only one", kind=Instrument.Kind.BODY
    )
    scored_plan.commitments.get(code="2.1").instruments.add(instrument)
    observer.scopes = frozenset({Scope.READ_GREEN})
    observer.instrument_owner = instrument.slug
    reading = reading_of(hand_checked, observer)
    assert {code for code, _member in reading.scores()} == {"2.1"}
    assert reading.figures is None
    assert reading.ranked_members() == reading.ranked_areas() == []
    assert reading.member_figures() == []
    for group in reading.groups:
        assert (group.figure, group.members) == (None, ())
        assert {row.figure for row in group.rows} == {None}


def test_drafts_and_tables_in_feedback_are_no_released_tables(
    scored_stocktake, observer, assessor, officer_jp
):
    make_table(make_body(), scored_stocktake)
    table_in_feedback(make_body("policy-institute"), scored_stocktake)
    now = datetime.now(UTC)
    for reader in (observer, assessor, officer_jp):
        assert released_tables(reader, now, known_at=now) == []


def test_a_table_is_in_force_until_the_next_one_is_released(hand_checked, observer):
    first_at = hand_checked.released_at
    draft = revision(hand_checked, {("1.1.1", "JP"): "-1"})
    assert released_tables(observer, first_at, known_at=first_at) == [hand_checked]
    second = release(draft)
    second_at = released_at(second)
    for known_at, expected in (
        (first_at - timedelta(microseconds=1), []),
        (first_at, [hand_checked]),
        (second_at - timedelta(microseconds=1), [hand_checked]),
        (second_at, [second]),
    ):
        found = released_tables(observer, second_at, known_at=known_at)
        assert found == expected
    before, after = (reading_of(each, observer) for each in (hand_checked, second))
    assert before.figures is not None
    assert after.figures is not None
    assert before.figures.members["JP"].decimal == "1.00"
    assert after.figures.members["JP"].decimal == "0.78"


def test_a_clear_table_that_a_green_one_superseded_is_not_shown_to_the_public(
    scored_stocktake,
):
    clear = released_table(make_body(), scored_stocktake, handling="clear")
    now = datetime.now(UTC)
    everyone = public_reader(now - DAY, now)
    assert released_tables(everyone, now, known_at=now) == [clear]
    release(revision(clear, {("2.1", "JP"): "0"}))
    now = datetime.now(UTC)
    assert released_tables(everyone, now, known_at=now) == []


def test_tables_are_found_by_body_and_stocktake(
    hand_checked, scored_plan, coordinator, second_reviewer, observer
):
    closed = {
        "opens_at": hand_checked.stocktake.opens_at - 40 * DAY,
        "opened_at": hand_checked.stocktake.opens_at - 40 * DAY,
        "due_at": hand_checked.stocktake.opens_at - 30 * DAY,
        "grace_ends_at": hand_checked.stocktake.opens_at - 29 * DAY,
        "closed_at": hand_checked.stocktake.opens_at - 20 * DAY,
        "closed_by": coordinator,
    }
    older = make_stocktake(
        scored_plan, by=coordinator, second_reviewer=second_reviewer, slug="older",
        **closed,
    )  # fmt: skip
    # The older stocktake is scored last.
    before = released_table(make_body(), older)
    other = released_table(make_body("policy-institute"), hand_checked.stocktake)
    now = datetime.now(UTC)
    tables = released_tables(observer, now, known_at=now, plan=scored_plan)
    assert tables == [other, hand_checked, before]
    assert find_table(tables, body="university-observatory") == hand_checked
    found = find_table(tables, body="university-observatory", stocktake="older")
    assert found == before
    assert find_table(tables, body="policy-institute", stocktake="older") is None


def test_over_time_an_interim_table_stays_beside_the_final_one(
    scored_stocktake, observer, django_assert_num_queries
):
    interim = released_table(make_body(), scored_stocktake)
    final = release(revision(interim, {("2.1", "JP"): "1"}))
    again = release(revision(final, {("2.1", "JP"): "-1"}))
    released_table(make_body("policy-institute"), scored_stocktake)
    now = datetime.now(UTC)
    plan = plan_table(scored_stocktake.plan.slug, on=now.date())
    assert plan
    known = {"reader": observer, "at": now, "body": "university-observatory"}
    with django_assert_num_queries(2):
        found = read_over_time(plan, known_at=now, **known)
    assert [point.table for point in found.points] == [interim, again]
    assert [point.is_final for point in found.points] == [False, True]
    assert [point.figures.members["JP"].decimal for point in found.points] == [
        "0.00",
        "-0.50",
    ]
    then = read_over_time(plan, known_at=released_at(final), **known)
    assert [point.table for point in then.points] == [interim, final]
    never = read_over_time(plan, known_at=now - DAY, **known)
    assert never.points == []
    observer.scopes, observer.instrument_owner = frozenset({Scope.READ_GREEN}), "icao"
    assert read_over_time(plan, known_at=now, **known).points == []


def test_several_tables_are_read_as_each_one_is(hand_checked, observer):
    other = released_table(make_body("policy-institute"), hand_checked.stocktake)
    now = datetime.now(UTC)
    plan = plan_table(hand_checked.stocktake.plan.slug, on=now.date())
    assert plan
    both = readings_of([hand_checked, other], plan, reader=observer, at=now)
    for table, reading in zip((hand_checked, other), both, strict=True):
        assert reading == ScoreReading.of(table, plan, reader=observer, at=now)
    assert readings_of([], plan, reader=observer, at=now) == []


@pytest.mark.parametrize("name", ["administrator", "former_coordinator"])
def test_who_reads_no_entries_reads_no_table(name, request, hand_checked):
    reader = request.getfixturevalue(name)
    now = datetime.now(UTC)
    found = released_tables(reader, now, known_at=now)
    assert found == ([hand_checked] if reader.reads_entries else [])
    stranger = make_user()
    assert released_tables(stranger, now, known_at=now) == []
