"""Tests that the changes, replayed, give what rule 3 gives, for each kind of reader."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role, Scope
from progress.changes.change import ChangeFilters
from progress.models import Entry
from progress.positions.position import NO_POSITION, positions_of
from tests.factories import make_stocktake, make_user, member_commitment_of
from tests.progress.changes.following import (
    Follower,
    facts_of,
    position_in,
    replay,
    told_by_rule,
)
from tests.progress.drawn_histories import (
    DAY,
    DAYS,
    FIRST_DAY,
    FIRST_INSTANT,
    histories,
    put_down,
)
from tests.progress.rule_3 import position_seen

ALL, GREEN, CLEAR = {"clear", "green", "amber"}, {"clear", "green"}, {"clear"}

MOMENTS = [
    (FIRST_DAY + DAY * day, FIRST_INSTANT + DAY * instant)
    for day in range(DAYS)
    for instant in (0, 1, 2, 7)
]


@pytest.fixture
def reviewed_stocktake(plan, coordinator, second_reviewer):
    return make_stocktake(plan, by=coordinator, second_reviewer=second_reviewer)


@pytest.fixture
def readers(officer_jp, officer_fr, coordinator, former_coordinator, second_reviewer):
    """The readers, with the labels they read of Japan's and of the chair's entries."""

    def key(*scopes, member=None):
        role = Role.OFFICER if member else Role.OBSERVER
        user = make_user(role, member=member, is_service=True)
        user.scopes = frozenset(scopes)
        return user

    return [
        (officer_jp, ALL, GREEN),
        (coordinator, ALL, ALL),
        (officer_fr, GREEN, GREEN),
        (former_coordinator, GREEN, GREEN),
        # Amber ones of the chair only in the stocktake that they review.
        (second_reviewer, GREEN, "reviewed"),
        (make_user(Role.ASSESSOR), GREEN, GREEN),
        (make_user(Role.OBSERVER), GREEN, GREEN),
        (key(Scope.READ_CLEAR), CLEAR, CLEAR),
        (key(Scope.READ_OWN, member="JP"), ALL, set()),
        (key(Scope.READ_CLEAR, Scope.READ_OWN, member="JP"), ALL, CLEAR),
        (key(Scope.READ_GREEN, member="JP"), GREEN, GREEN),
        (make_user(Role.ADMINISTRATOR), set(), set()),
    ]


DRAWN: dict[str, Any] = {
    "data": st.data(),
    "who": st.integers(0, 11),
    "size": st.sampled_from([1, 2, 3, 1000]),
    "is_filtered": st.booleans(),
}
TOGETHER = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@settings(TOGETHER, max_examples=12)
@given(**DRAWN)
def test_every_reader_can_replay_the_positions(
    plan, officer_jp, readers, chair, reviewed_stocktake, **drawn
):
    check_replay(plan, officer_jp, readers, chair, reviewed_stocktake, **drawn)


@pytest.mark.long
@settings(TOGETHER, max_examples=120)
@given(**DRAWN)
def test_every_reader_can_replay_more_histories(
    plan, officer_jp, readers, chair, reviewed_stocktake, **drawn
):
    check_replay(plan, officer_jp, readers, chair, reviewed_stocktake, **drawn)


def check_replay(
    plan, officer_jp, readers, chair, reviewed, *, data, who, size, is_filtered
):
    ours = data.draw(histories())
    theirs = data.draw(histories(stocktakes=(reviewed.pk, None)))
    reader, of_japan, of_chair = readers[who]

    def sees_chairs(one):
        if of_chair == "reviewed":
            return one.handling != "amber" or one.stocktake == reviewed.pk
        return one.handling in of_chair

    told = [
        (ours, member_commitment_of(plan, "1.2.2", "JP")),
        (theirs, member_commitment_of(plan, "1.2.1", chair)),
    ]
    filters = ChangeFilters(plan=plan.slug) if is_filtered else ChangeFilters()
    with transaction.atomic():
        put_down(told, officer_jp)
        follower = Follower(reader, filters, size)
        follower.poll()
        shown = positions_shown(plan, reader)
        transaction.set_rollback(True)
    for (history, row), sees in zip(
        told, (lambda one: one.handling in of_japan, sees_chairs), strict=True
    ):
        agree(follower.changes, history, row, sees, shown)


def positions_shown(plan, reader):
    """Return the positions that the product shows, at some of the moments."""
    visible = Entry.objects.visible_to(reader, datetime.now(UTC))
    return {
        (at, known_at): positions_of(
            visible, plan=plan, stocktake=None, at=at, known_at=known_at
        )
        for at, known_at in MOMENTS[::5]
    }


def agree(changes, history, row, sees, shown):
    of_row = [one for one in changes if one.member_commitment_id == row.pk]
    assert facts_of(of_row) == told_by_rule(history, sees)
    said = {one.pk: one for one in history}
    for at, known_at in MOMENTS:
        found = position_in(replay(of_row, known_at), said, at)
        expected = position_seen(history, sees, at, known_at)
        assert found == (expected.pk if expected else None)
        if positions := shown.get((at, known_at)):
            cell = positions.get((row.commitment_id, row.member_id), NO_POSITION)
            assert found == (cell.entry.pk if cell.entry else None)
