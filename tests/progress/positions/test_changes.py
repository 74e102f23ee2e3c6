"""Tests of what positions are compared with, and of how an entry is gone."""

from datetime import timedelta

import pytest

from accounts.dates import next_second
from progress.models import Entry, Handling
from progress.positions.changes import (
    Comparison,
    compared,
    earlier_entries,
    previous_comparison,
    withdrawn_among,
)
from progress.positions.position import positions_of
from tests.factories import make_stocktake

DAY = timedelta(days=1)
CORRECTION, WITHDRAWAL = Entry.Kind.CORRECTION, Entry.Kind.WITHDRAWAL
CLEAR, GREEN, AMBER = Handling.CLEAR, Handling.GREEN, Handling.AMBER


@pytest.fixture
def told(reported, amend, now):
    """`told(*steps)`: a green entry of a week ago, and then a step each day."""

    def make(*steps):
        at = now - 7 * DAY
        when = {"as_of": at.date(), "published_at": at, "submitted_at": at}
        entry = reported(handling=GREEN, **when, written_at=at)
        for kind, handling in steps:
            at += DAY
            entry = amend(
                entry,
                kind,
                handling=handling,
                published_at=at,
                submitted_at=at,
                written_at=at,
            )
        return entry

    return make


def seen(plan, now, audience):
    """Return the positions compared with those of six and a half days ago."""
    entries = Entry.objects.for_audience(audience)
    then = now - 13 * DAY / 2
    comparison = Comparison(then.date(), then)
    earlier = earlier_entries(entries, plan=plan, comparison=comparison)
    found = positions_of(
        entries, plan=plan, stocktake=None, at=now.date(), known_at=now
    )
    gone = {key: before.entry for key, before in earlier.items() if key not in found}
    withdrawn = withdrawn_among(gone, entries, known_at=now)
    return [
        "withdrawn" if key in withdrawn else position.change
        for key, position in compared(found, earlier).items()
    ]


@pytest.mark.parametrize(
    ("steps", "by_audience"),
    [
        ([], ["", "same", "same"]),
        ([(CORRECTION, GREEN)], ["", "same", "same"]),
        ([(CORRECTION, CLEAR)], ["new", "same", "same"]),
        ([(CORRECTION, AMBER)], ["", "gone", "same"]),
        ([(WITHDRAWAL, GREEN)], ["", "withdrawn", "withdrawn"]),
        ([(WITHDRAWAL, AMBER)], ["", "gone", "withdrawn"]),
        ([(CORRECTION, GREEN), (WITHDRAWAL, GREEN)], ["", "withdrawn", "withdrawn"]),
        # A withdrawal of what is hidden is hidden too, whatever its own label is.
        ([(CORRECTION, AMBER), (WITHDRAWAL, GREEN)], ["", "gone", "withdrawn"]),
        ([(CORRECTION, CLEAR), (WITHDRAWAL, CLEAR)], ["", "withdrawn", "withdrawn"]),
    ],
)
def test_withdrawn_is_said_only_of_what_the_reader_may_know(
    plan, now, told, steps, by_audience
):
    told(*steps)
    found = [seen(plan, now, audience) for audience in (CLEAR, GREEN, AMBER)]
    assert found == [[change] if change else [] for change in by_audience]


def close(plan, coordinator, second_reviewer, slug, *, opened_at, closed_at):
    return make_stocktake(
        plan,
        slug=slug,
        by=coordinator,
        second_reviewer=second_reviewer,
        opens_at=opened_at,
        opened_at=opened_at,
        due_at=opened_at + DAY,
        grace_ends_at=opened_at + 2 * DAY,
        closed_at=closed_at,
        closed_by=coordinator,
    )


def test_a_stocktake_compares_with_the_last_close_before_it_opened(
    plan, coordinator, second_reviewer, now
):
    people = {"plan": plan, "coordinator": coordinator}
    people["second_reviewer"] = second_reviewer
    first = close(
        **people, slug="a", opened_at=now - 90 * DAY, closed_at=now - 60 * DAY
    )
    second = close(
        **people, slug="b", opened_at=now - 50 * DAY, closed_at=now - 20 * DAY
    )
    now_known = {"at": now.date(), "known_at": now}

    def title_of(stocktake, **clocks):
        found = previous_comparison(plan, stocktake=stocktake, **now_known | clocks)
        return found and found.stocktake and found.stocktake.slug

    assert title_of(first) is None
    assert title_of(second) == "a"
    assert title_of(None) == "b"
    # Both clocks must have passed the close.
    assert title_of(None, known_at=now - 21 * DAY) == "a"
    assert title_of(None, at=(now - 21 * DAY).date()) == "a"
    assert title_of(None, at=(now - 61 * DAY).date()) is None
    found = previous_comparison(plan, stocktake=second, **now_known)
    assert found is not None
    closed_at = first.closed_at
    assert (found.at, found.known_at) == (closed_at.date(), next_second(closed_at))


def test_an_open_stocktake_has_no_close_to_compare_with(stocktake):
    with pytest.raises(ValueError, match="is not closed"):
        Comparison.with_close_of(stocktake)
