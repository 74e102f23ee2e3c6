"""Tests of the two clocks: one day moves both, and what cannot be asked is refused."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.dates import end_of_day
from progress.models import Entry, Stocktake
from progress.positions.clocks import Clocks, require_clocks
from progress.positions.position import NO_POSITION
from progress.positions.viewpoint import Viewpoint
from tests.factories import make_stocktake, member_commitment_of
from tests.progress.drawn_histories import (
    DAY,
    FIRST_DAY,
    FIRST_INSTANT,
    histories,
    put_down,
)
from tests.progress.rule_3 import (
    Opened,
    clocks_of,
    in_hand_by_rule_3,
    is_current_by_rule_3,
    position_by_rule_3,
)

TICK = timedelta(microseconds=1)
# After all of the histories.
NOW = FIRST_INSTANT + 9 * DAY + timedelta(hours=5)
EARLIER, LATER = UUID(int=1), UUID(int=2)
GREEN = {"clear", "green"}

days = st.one_of(
    st.integers(0, 4).map(lambda count: FIRST_DAY + count * DAY),
    st.integers(-1, 9).map(lambda count: FIRST_INSTANT.date() + count * DAY),
)
instants = st.builds(
    lambda count, step: FIRST_INSTANT + count * DAY + step * TICK,
    st.integers(0, 8),
    st.integers(-1, 1),
)
asked = st.one_of(
    st.tuples(days, st.none()),
    st.tuples(st.none(), instants),
    st.tuples(days, instants),
    st.just((None, None)),
)


@given(asked=asked)
def test_one_clock_alone_moves_the_other(asked):
    at, known_at = asked
    clocks = Clocks.asked(at, known_at, now=NOW)
    assert (clocks.at, clocks.known_at) == clocks_of(at, known_at, NOW)
    assert clocks.is_now == (known_at is None and at in {None, NOW.date()})
    assert clocks.known_at <= NOW


@pytest.mark.long
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    said=histories(stocktakes=(None, EARLIER, LATER)),
    opened=st.lists(instants, min_size=2, max_size=2, unique=True).map(sorted),
    asked=asked,
)
def test_a_page_shows_what_rule_3_gives_for_one_day_and_for_its_stocktake(
    said, opened, asked, plan, officer_jp, observer, coordinator, second_reviewer
):
    at, known_at = asked
    row = member_commitment_of(plan, "1.2.2", "JP")
    with transaction.atomic():
        people = {"by": coordinator, "second_reviewer": second_reviewer}
        for pk, slug, opened_at in zip(
            (EARLIER, LATER), ("earlier", "later"), opened, strict=True
        ):
            is_closed = pk == EARLIER
            make_stocktake(
                plan,
                slug=slug,
                id=pk,
                opened_at=opened_at,
                closed_at=opened[1] if is_closed else None,
                closed_by=coordinator if is_closed else None,
                **people,
            )
        put_down([(said, row)], officer_jp)
        clocks = Clocks.asked(at, known_at, now=NOW)
        viewpoint = Viewpoint.of(observer, datetime.now(UTC), plan=plan, clocks=clocks)
        positions = viewpoint.load(Entry.objects.all).positions
        transaction.set_rollback(True)
    position = positions.get((row.commitment_id, "JP"), NO_POSITION)
    day, instant = clocks_of(at, known_at, NOW)
    expected = position_by_rule_3(said, GREEN, day, instant)
    stocktakes = [Opened(EARLIER, opened[0]), Opened(LATER, opened[1])]
    in_hand = in_hand_by_rule_3(stocktakes, day, NOW)
    assert (viewpoint.stocktake and viewpoint.stocktake.pk) == in_hand
    assert (position.entry and position.entry.pk) == (expected and expected.pk)
    if expected:
        assert position.is_current == is_current_by_rule_3(expected, in_hand)


OPENED_AT = FIRST_INSTANT + timedelta(hours=9)
OPENED = Stocktake(title="Spring", opened_at=OPENED_AT)
PLANNED = Stocktake(title="Autumn")
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("at", "known_at", "stocktake", "codes"),
    [
        (None, None, OPENED, {}),
        (TODAY, None, None, {}),
        (TODAY + DAY, None, None, {"at": "future"}),
        (date.max, None, None, {"at": "future"}),
        (None, NOW, None, {}),
        (None, NOW.replace(second=1), None, {"known_at": "future"}),
        (None, NOW - TICK, None, {"known_at": "fraction"}),
        (date.max, NOW + DAY, None, {"at": "future", "known_at": "future"}),
        # The day of the opening has its end after it.
        (OPENED_AT.date(), None, OPENED, {}),
        (OPENED_AT.date() - DAY, None, OPENED, {"at": "before_stocktake"}),
        (None, OPENED_AT, OPENED, {}),
        (
            None,
            OPENED_AT - timedelta(seconds=1),
            OPENED,
            {"known_at": "before_stocktake"},
        ),
        (
            TODAY,
            NOW,
            PLANNED,
            {"at": "before_stocktake", "known_at": "before_stocktake"},
        ),
    ],
)
def test_clocks_that_cannot_be_asked_for(at, known_at, stocktake, codes):
    found = {}
    try:
        require_clocks(at, known_at, now=NOW, stocktake=stocktake)
    except ValidationError as error:
        found = {name: faults[0].code for name, faults in error.error_dict.items()}
    assert found == codes


def test_the_end_of_a_day_is_its_last_instant():
    assert end_of_day(date(2026, 3, 1)) == datetime(2026, 3, 2, tzinfo=UTC) - TICK
    assert end_of_day(date.max) == datetime.max.replace(tzinfo=UTC)
