"""Tests of the table of coverage: its numbers, its order, and what comes next."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Member
from progress.actions.stocktakes import close_stocktake
from progress.models import Handling, State
from progress.stocktakes.coverage import MemberCoverage
from progress.stocktakes.page import (
    ORDERINGS,
    CoverageRow,
    CoverageTotals,
    StocktakePage,
)
from tests.factories import CHAIR, make_entry, member_commitment_of
from tests.progress.reading import table_of
from tests.progress.stocktaking import extend, more_time, url_of


@st.composite
def drawn_rows(draw) -> CoverageRow:
    published, submitted, rest, late = (draw(st.integers(0, 30)) for _ in range(4))
    owed = published + submitted + rest
    member = Member(code=draw(st.sampled_from(["JP", "FR", "IT"])))
    counts = MemberCoverage(member, owed, published, submitted, min(late, owed))
    return CoverageRow(counts, draw(st.booleans()))


@given(st.lists(drawn_rows(), max_size=8))
def test_the_columns_add_up(rows):
    totals = CoverageTotals.of(rows)
    assert totals.owed == sum(row.coverage.owed for row in rows)
    if all(row.is_known for row in rows):
        assert totals.submitted is not None
        assert totals.missing is not None
        assert totals.published + totals.submitted + totals.missing == totals.owed
    else:
        assert (totals.submitted, totals.missing) == (None, None)


@pytest.fixture
def filled(plan, stocktake, officer_jp, officer_fr):
    """Japan: one published for all, one amber, one with the Presidency; France: one."""
    for code, member, by, fields in (
        ("1.1.1", "JP", officer_jp, {"state": State.PUBLISHED}),
        (
            "1.2.1",
            "JP",
            officer_jp,
            {"state": State.PUBLISHED, "handling": Handling.AMBER},
        ),
        ("1.2.2", "JP", officer_jp, {"state": State.SUBMITTED}),
        ("1.2.2", "FR", officer_fr, {"state": State.PUBLISHED}),
        ("2.1", "FR", officer_fr, {"state": State.DRAFT}),
    ):
        row = member_commitment_of(plan, code, member)
        make_entry(row, by=by, stocktake=stocktake, **fields)
    return stocktake


def numbers(page: StocktakePage, member: str) -> tuple[int | None, ...]:
    row = next(row for row in page.rows if row.coverage.member.code == member)
    return row.coverage.published, row.submitted, row.missing


def test_each_reader_has_the_same_table_as_far_as_they_may_know(
    filled, coordinator, officer_jp, officer_fr, observer, second_reviewer, now
):
    def of(reader, member):
        return numbers(StocktakePage(filled, reader, now), member)

    assert of(coordinator, "JP") == of(officer_jp, "JP") == (2, 1, 1)
    assert of(officer_fr, "JP") == of(observer, "JP") == (1, None, None)
    assert of(officer_fr, "FR") == of(coordinator, "FR") == (1, 0, 3)
    assert of(second_reviewer, CHAIR) == (0, 0, 4)
    assert of(second_reviewer, "JP") == (1, None, None)
    totals = StocktakePage(filled, observer, now).totals
    assert (totals.published, totals.submitted, totals.missing) == (2, None, None)


def test_only_the_presidency_sees_until_when_each_member_has_time(
    filled, coordinator, officer_jp, officer_fr, now
):
    end = now + timedelta(days=40)
    extend(filled, more_time("JP", ends_at=end), by=coordinator, at=now)
    page = StocktakePage(filled, coordinator, now)
    ends = {
        row.coverage.member.code: row.deadline.accepted_until
        for row in page.rows
        if row.deadline
    }
    assert (ends["JP"], ends["FR"]) == (end, filled.grace_ends_at)
    for reader in (officer_jp, officer_fr):
        rows = StocktakePage(filled, reader, now).rows
        assert {row.deadline for row in rows} == {None}


@pytest.mark.parametrize("column", ORDERINGS)
def test_each_column_sorts_both_ways_and_the_unknown_comes_last(
    filled, coordinator, officer_jp, now, column
):
    for reader in (coordinator, officer_jp):
        page = StocktakePage(filled, reader, now)
        up, down = page.rows_by(column), page.rows_by(f"-{column}")
        assert (
            sorted(map(repr, up))
            == sorted(map(repr, down))
            == sorted(map(repr, page.rows))
        )
        if column in {"submitted", "missing"} and reader == officer_jp:
            assert up[0].coverage.member.code == down[0].coverage.member.code == "JP"
            continue
        for name in ("published", "late"):
            if column == name:
                values = [getattr(row.coverage, name) for row in up]
                assert values == sorted(values)
    assert page.rows_by("<script>") == page.rows


def test_the_page_sorts_by_its_address(filled, signed_in, coordinator):
    browser = signed_in(coordinator)
    shown = table_of(browser.get(f"{url_of(filled)}?ordering=-published"))
    assert shown.index("Japan") < shown.index("Canada")
    assert "All 3 of 32 1 28 0" in shown


def test_the_next_step_is_one_and_follows_the_work(
    planned, stocktake, plan, coordinator, officer_jp, officer_of_the_chair, now
):
    def step(row, at=now, reader=coordinator):
        return StocktakePage(row, reader, at).next_step

    assert step(planned) == "open"
    assert step(stocktake) == "remind"
    assert step(stocktake, stocktake.grace_ends_at + timedelta(days=1)) == "close"
    late = stocktake.grace_ends_at + timedelta(days=1)
    submitted: dict[str, Any] = {"state": State.SUBMITTED, "stocktake": stocktake}
    own = member_commitment_of(plan, "1.2.2", CHAIR)
    make_entry(own, by=officer_of_the_chair, **submitted)
    assert (step(stocktake), step(stocktake, late)) == ("remind", "")
    theirs = member_commitment_of(plan, "1.2.2", "JP")
    make_entry(theirs, by=officer_jp, **submitted)
    assert step(stocktake) == "review"
    assert step(stocktake, reader=officer_jp) == ""


def test_after_the_close_comes_the_report(
    stocktake, coordinator, officer_jp, signed_in, now
):
    closed = close_stocktake(
        stocktake_id=stocktake.pk, version=stocktake.version, by=coordinator, at=now
    )
    assert StocktakePage(closed, coordinator, now).next_step == "report"
    shown = signed_in(coordinator).get(url_of(stocktake)).text
    assert shown.count("button-primary") == 1
