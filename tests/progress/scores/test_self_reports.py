"""Tests of scores beside self-reports: at which clocks, and for which reader."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.dates import utc_day
from progress.models import Entry, Handling, State, Status
from progress.positions.plan_table import plan_table
from progress.positions.scores.reading import ScoreReading
from progress.positions.scores.self_reports import (
    ScoresBesideReports,
    beside_reports,
    clocks_of,
    viewpoint_of,
)
from tests.factories import (
    make_body,
    make_entry,
    make_stocktake,
    member_commitment_of,
)
from tests.progress.assessments.scoring import released_table

DAY = timedelta(days=1)
# Full compliance for Japan where it reports nothing, and none for France on 1.1.1.
GIVEN = {
    ("1.1.1", "FR"): "-1",
    ("1.1.1", "JP"): "1",
    ("1.2.1", "FR"): "0",
    ("1.2.1", "JP"): "not_applicable",
    ("2.1", "FR"): "1",
}


@pytest.fixture
def table(stocktake):
    return released_table(make_body(), stocktake, GIVEN)


@pytest.fixture
def reports(plan, stocktake, officer_fr):
    """`reports("1.1.1", "implemented")`: France says so, in the stocktake."""

    def make(code: str, status: str, **fields) -> Entry:
        owed = member_commitment_of(plan, code, "FR")
        values = {"state": State.PUBLISHED, "stocktake": stocktake, **fields}
        return make_entry(owed, by=officer_fr, status=status, **values)

    return make


def beside(table, reader, known_at=None) -> ScoresBesideReports:
    at = datetime.now(UTC)
    known_at = known_at or at
    plan = plan_table(table.stocktake.plan.slug, on=at.date())
    assert plan
    reading = ScoreReading.of(table, plan, reader=reader, at=at)
    viewpoint = viewpoint_of(table.stocktake, reader=reader, at=at, known_at=known_at)
    return beside_reports(reading, viewpoint)


def found(beside: ScoresBesideReports):
    return {
        (cell.line.commitment.code, cell.member.code): (
            cell.status,
            cell.cell.score,
            cell.difference.degree if cell.difference else "",
        )
        for cell in beside.cells
    }


def test_each_score_has_the_self_report_beside_it(table, reports, observer):
    reports("1.1.1", Status.IMPLEMENTED)
    reports("1.2.1", Status.IMPLEMENTED)
    reports("1.2.2", Status.IMPLEMENTED)
    shown = beside(table, observer)
    assert found(shown) == {
        ("1.1.1", "FR"): ("implemented", "-1", "strong"),
        ("1.1.1", "JP"): ("not_reported", "1", "slight"),
        ("1.2.1", "FR"): ("implemented", "0", "slight"),
        ("1.2.1", "JP"): ("not_reported", "not_applicable", ""),
        ("2.1", "FR"): ("not_reported", "1", "slight"),
    }
    assert [cell.line.commitment.code for cell in shown.differing] == [
        "1.1.1",
        "1.1.1",
        "1.2.1",
        "2.1",
    ]
    counts = shown.counts()
    assert (counts.compared, counts.differing, counts.of_degree("strong")) == (5, 4, 1)
    of_japan = shown.counts("JP")
    assert (of_japan.compared, of_japan.differing) == (2, 1)


def test_differences_can_be_narrowed(table, reports, observer):
    reports("1.1.1", Status.IMPLEMENTED)
    shown = beside(table, observer)

    def keys(**asked):
        narrowed = shown.narrowed(**asked)
        return [(cell.line.commitment.code, cell.member.code) for cell in narrowed]

    assert keys(degree="strong") == [("1.1.1", "FR")]
    assert keys(kind="score_says_more", member="FR") == [("2.1", "FR")]
    assert keys(kind="applies") == []
    assert len(keys()) == len(shown.differing)


def test_a_self_report_is_shown_only_to_those_who_may_read_it(
    table, reports, observer, officer_fr, officer_jp, coordinator
):
    reports("1.1.1", Status.IMPLEMENTED, handling=Handling.AMBER)
    key = "1.1.1", "FR"
    for reader, status, label in (
        (observer, "not_reported", "No released entry"),
        (officer_jp, "not_reported", "No released entry"),
        (officer_fr, "implemented", "Implemented"),
        (coordinator, "implemented", "Implemented"),
    ):
        shown = beside(table, reader)
        assert found(shown)[key][0] == status
        labels = [
            cell.status_label
            for cell in shown.cells
            if (cell.line.commitment.code, cell.member.code) == key
        ]
        assert labels == [label]
        assert len(shown.entries) == (status == "implemented")


def test_an_entry_from_before_the_stocktake_is_marked(table, reports, observer):
    reports("1.1.1", Status.IMPLEMENTED, stocktake=None)
    shown = beside(table, observer)
    marked = [cell.is_past for cell in shown.cells]
    assert marked == [True, False, False, False, False]
    assert found(shown)["1.1.1", "FR"] == ("implemented", "-1", "strong")


def test_a_self_report_is_that_of_the_instant_asked_for(table, reports, observer):
    reports("1.1.1", Status.IMPLEMENTED, published_at=datetime.now(UTC) - 2 * DAY)
    before = beside(table, observer, known_at=datetime.now(UTC) - 3 * DAY)
    assert found(before)["1.1.1", "FR"][0] == "not_reported"
    assert found(beside(table, observer))["1.1.1", "FR"][0] == "implemented"


def test_the_day_is_that_of_the_close_once_the_stocktake_is_closed(
    plan, coordinator, second_reviewer
):
    people = {"by": coordinator, "second_reviewer": second_reviewer}
    now = datetime.now(UTC)
    closed_at = now - 5 * DAY
    stocktake = make_stocktake(
        plan, **people, opens_at=now - 30 * DAY, opened_at=now - 30 * DAY,
        due_at=now - 8 * DAY, grace_ends_at=now - 7 * DAY, closed_at=closed_at,
        closed_by=coordinator,
    )  # fmt: skip
    assert clocks_of(stocktake, now).at == utc_day(closed_at)
    assert clocks_of(stocktake, closed_at).at == utc_day(closed_at)
    open_then = clocks_of(stocktake, closed_at - DAY)
    assert open_then.at == utc_day(closed_at - DAY)
    assert clocks_of(stocktake, now).known_at == now


def test_self_reports_take_one_query(
    table, reports, observer, django_assert_num_queries
):
    at = datetime.now(UTC)
    plan = plan_table(table.stocktake.plan.slug, on=at.date())
    assert plan
    reading = ScoreReading.of(table, plan, reader=observer, at=at)
    viewpoint = viewpoint_of(table.stocktake, reader=observer, at=at, known_at=at)
    reports("1.1.1", Status.IMPLEMENTED)
    # Who holds the Presidency is read once for a request.
    observer.chair_at(at)
    with django_assert_num_queries(1):
        shown = beside_reports(reading, viewpoint)
        assert [cell.status_label for cell in shown.cells]
