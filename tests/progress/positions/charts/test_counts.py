"""Tests of what charts count: against a slow count from the words of rule 3."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.dates import utc_day
from accounts.models import User
from progress.models import Entry, Stocktake
from progress.positions.charts.burn_up import read_burn_up, steps_of
from progress.positions.charts.chart import ChartScope
from progress.positions.charts.over_time import burn_up_chart
from progress.positions.charts.reading import read_coverage, read_status_mix
from progress.positions.clocks import Clocks
from progress.positions.figures import ORDER
from progress.positions.plan_table import plan_table
from progress.positions.viewpoint import Viewpoint
from progress.stocktakes.coverage import coverage_by_member
from tests.factories import make_stocktake, member_commitment_of
from tests.progress.drawn_histories import histories, put_down
from tests.progress.rule_3 import Said, position_by_rule_3
from tests.progress.workflow_table import undone

DAY = timedelta(days=1)
FIRST = datetime(2020, 4, 1, tzinfo=UTC)
LABELS = {"observer": {"clear", "green"}, "coordinator": {"clear", "green", "amber"}}


@pytest.fixture
def two_stocktakes(plan, coordinator, second_reviewer) -> list[Stocktake]:
    """One closed on the third day of all histories, one open since the next day."""
    people: dict[str, Any] = {"by": coordinator, "second_reviewer": second_reviewer}
    closed = {"closed_at": FIRST + 3 * DAY, "closed_by": coordinator}
    make_stocktake(plan, **people, slug="old", opened_at=FIRST - DAY, **closed)
    make_stocktake(plan, **people, slug="new", opened_at=FIRST + 4 * DAY)
    return list(Stocktake.objects.order_by("opened_at"))


def viewpoint_of(reader: User, plan, at: datetime) -> Viewpoint:
    return Viewpoint.of(reader, at, plan=plan, clocks=Clocks.now(at))


def part_of(said: list[Said], labels: set[str], moment: datetime, stocktake) -> str:
    """Return what a member commitment counts as, from the rule alone."""
    found = position_by_rule_3(said, labels, moment.astimezone(UTC).date(), moment)
    if found is None:
        return "not_reported"
    return "limited" if found.stocktake == stocktake.pk else "no_update"


@pytest.mark.parametrize(
    ("name", "examples"),
    [
        ("observer", 2),
        pytest.param("observer", 25, marks=pytest.mark.long),
        pytest.param("coordinator", 25, marks=pytest.mark.long),
    ],
)
def test_charts_agree_with_a_count_by_the_words_of_the_rule(
    name, examples, request, plan, two_stocktakes, officer_jp, now
):
    reader = request.getfixturevalue(name)
    table = plan_table(plan.slug, on=utc_day(now))
    assert table
    owed = [member_commitment_of(plan, code, "JP") for code in ("1.1.1", "2.1")]
    choices = [None, *(stocktake.pk for stocktake in two_stocktakes)]

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(histories(stocktakes=choices), min_size=2, max_size=2))
    def check(told):
        with undone():
            put_down(list(zip(told, owed, strict=True)), by=officer_jp)
            viewpoint = viewpoint_of(reader, plan, now)
            chart = read_coverage(table, viewpoint, member="JP")
            assert chart
            instants = [FIRST + 3 * DAY, now]
            for row, moment, stocktake in zip(
                chart.rows, instants, two_stocktakes, strict=True
            ):
                parts = Counter(
                    part_of(said, LABELS[name], moment, stocktake) for said in told
                )
                parts["not_reported"] += 2  # the other two commitments of Japan
                assert row[0] == stocktake.title
                assert list(row[3:-1]) == [parts[part] for part in ORDER]
                assert row[-1] == sum(parts.values()) == 4
            read = read_burn_up(viewpoint, two_stocktakes[1])
            for instant, reached in zip(read.instants, read.reached, strict=True):
                assert reached.published == sum(
                    in_force(said, LABELS[name], instant, two_stocktakes[1])
                    for said in told
                )

    check()


def in_force(said: list[Said], labels: set[str], instant: datetime, stocktake) -> bool:
    """Return whether an entry of the stocktake was published and not superseded."""
    known = [one for one in said if one.published_at <= instant]
    gone = {one.supersedes for one in known}
    return any(
        one.stocktake == stocktake.pk
        and one.kind != "withdrawal"
        and one.handling in labels
        and one.pk not in gone
        for one in known
    )


def test_the_last_day_says_what_the_table_of_coverage_says(
    reported, plan, stocktake, coordinator, officer_jp, observer, now
):
    reported()
    table = plan_table(plan.slug, on=utc_day(now))
    assert table
    for reader in (coordinator, observer, officer_jp):
        viewpoint = viewpoint_of(reader, plan, now)
        rows = coverage_by_member(reader, stocktake, at=now)
        last = read_burn_up(viewpoint, stocktake).reached[-1]
        assert last.published == sum(row.published for row in rows) == 1
        mix = read_status_mix(
            table,
            viewpoint,
            viewpoint.load(Entry.objects.for_cells).positions,
            by="member",
        )
        for row in mix.rows:
            assert sum(map(int, row[1:-1])) == row[-1]
        *members, overall = mix.rows
        assert overall[1:] == [
            sum(column) for column in zip(*[row[1:] for row in members], strict=True)
        ]


@pytest.mark.parametrize("days", [0, 1, 20, 61, 62, 63, 400])
def test_a_stocktake_has_a_step_for_each_day_or_few_enough_steps(stocktake, days):
    stocktake.opened_at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    stocktake.grace_ends_at = stocktake.opened_at + (days + 3) * DAY
    until = stocktake.opened_at + days * DAY
    passed, to_come = steps_of(stocktake, until=until)
    assert passed[-1] == until
    assert [*passed, *to_come] == sorted({*passed, *to_come})
    assert len(passed) + len(to_come) <= 64
    assert to_come[-1] >= datetime.combine(
        stocktake.grace_ends_at.date(), time.min, UTC
    )
    stocktake.closed_at = until - DAY / 4
    passed, to_come = steps_of(stocktake, until=until)
    assert (passed[-1], to_come) == (stocktake.closed_at, [])


def test_what_waits_is_for_those_who_may_know_and_not_for_a_look_back(
    waiting, plan, stocktake, coordinator, officer_jp, officer_fr, now
):
    def heads(reader: User, clocks: Clocks, member: str = "") -> list[str]:
        viewpoint = Viewpoint.of(reader, now, plan=plan, clocks=clocks)
        read = read_burn_up(viewpoint, stocktake, member=member or None)
        chart = burn_up_chart(ChartScope(viewpoint, member), read)
        return [str(row[2]) for row in chart.rows[-1:] if len(row) == 4]

    live = Clocks.now(now)
    past = Clocks.asked(None, now - timedelta(hours=1), now=now)
    assert heads(coordinator, live) == ["1"]
    assert heads(officer_jp, live, "JP") == ["1"]
    assert heads(officer_jp, live) == heads(officer_fr, live, "JP") == []
    assert heads(coordinator, past) == []
