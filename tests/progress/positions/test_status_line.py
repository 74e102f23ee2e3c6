"""The line of statuses against a slow reading of rule 3, day by day."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from progress.models import Entry
from progress.positions.status_line import status_line
from tests.progress.rule_3 import Said, position_by_rule_3

FIRST, LAST = date(2026, 1, 1), date(2026, 2, 1)
STATUSES = ["not_started", "limited", "substantial", "implemented", "not_applicable"]
DAYS = st.integers(min_value=0, max_value=31)
DRAWN = st.lists(
    st.tuples(DAYS, DAYS, st.sampled_from(STATUSES)),
    max_size=8,
    unique_by=lambda row: row[1],
)


def entry_of(day: date, published_at: datetime, status: str, number: int) -> Entry:
    return Entry(
        as_of=day, published_at=published_at, status=status, ledger_record_id=number
    )


def test_without_entries_there_is_no_line():
    assert status_line([], first=FIRST, last=LAST) is None


def test_a_withdrawal_has_no_place_on_the_line():
    at = datetime(2026, 1, 9, tzinfo=UTC)
    withdrawal = entry_of(FIRST, at, "limited", 1)
    withdrawal.kind = Entry.Kind.WITHDRAWAL
    assert status_line([withdrawal], first=FIRST, last=LAST) is None


@settings(max_examples=100, deadline=None)
@given(DRAWN)
def test_each_day_has_the_status_that_rule_3_gives_it(drawn):
    end = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [
        (FIRST + timedelta(days=day), end - timedelta(days=31 - published), status)
        for day, published, status in drawn
    ]
    said = {Said(day, at, "green"): status for day, at, status in rows}
    line = status_line(
        [entry_of(*row, number) for number, row in enumerate(rows)],
        first=FIRST,
        last=LAST,
    )
    for days in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=days)
        shown = position_by_rule_3(list(said), {"green"}, day, end)
        drawn_then = [step for step in line.steps if step.start <= day] if line else []
        expected = said[shown] if shown else ""
        assert (drawn_then[-1].status if drawn_then else "") == expected


def test_the_words_say_what_is_drawn():
    at = datetime(2026, 1, 9, tzinfo=UTC)
    line = status_line(
        [
            entry_of(date(2026, 1, 17), at, "limited", 1),
            entry_of(date(2026, 1, 2), at, "not_started", 2),
            entry_of(date(2026, 1, 18), at, "limited", 3),
        ],
        first=FIRST,
        last=LAST,
    )
    assert line is not None
    assert (
        line.words == "Not started from 2 Jan 2026; Limited progress from 17 Jan 2026"
    )
    assert [step.x1 for step in line.steps] == ["3.23%", "51.61%"]
    assert line.rises == [("51.61%", line.steps[0].y, line.steps[1].y)]
