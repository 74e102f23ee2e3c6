"""Tests of closing a stocktake: what it waits for, and what it freezes."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.versions import StaleRow
from progress.actions.clearance import clear_entry
from progress.actions.review import publish_entry
from progress.actions.stocktakes import (
    close_stocktake,
)
from progress.ledger.closing_hash import closing_hash
from progress.models import Entry, State
from tests.factories import (
    make_entry,
    make_stocktake,
    member_commitment_of,
)
from tests.progress.stocktaking import (
    SECOND,
    code_of,
)


def published_hash(entry: Entry) -> str:
    assert entry.ledger_record is not None
    return entry.ledger_record.sha256


def test_it_does_not_close_while_an_entry_waits_for_review(
    stocktake, waiting, coordinator, now
):
    with pytest.raises(ValidationError) as refusal:
        close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    assert code_of(refusal) == "entries_wait"


def test_at_the_close_drafts_lose_it_and_stay(plan, stocktake, coordinator, now):
    drafts = [
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=coordinator,
            state=state,
            stocktake=stocktake,
        )
        for code, state in (
            ("1.1.1", State.DRAFT),
            ("1.2.1", State.IN_CLEARANCE),
            ("1.2.2", State.RETURNED),
        )
    ]
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    for draft in drafts:
        before = draft.state
        draft.refresh_from_db()
        assert (draft.state, draft.stocktake, draft.version) == (before, None, 2)


def test_the_close_freezes_a_hash_that_later_corrections_do_not_change(
    plan, stocktake, coordinator, officer_jp, now
):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    entry = make_entry(mine, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake)
    publish_entry(entry_id=entry.pk, version=1, by=coordinator, at=now)
    closed = close_stocktake(
        stocktake_id=stocktake.pk, version=1, by=coordinator, at=now
    )
    entry.refresh_from_db()
    assert closed.closing_head == published_hash(entry)
    assert closing_hash(closed) == closed.closing_sha256
    correction = make_entry(
        mine,
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
        kind=Entry.Kind.CORRECTION,
        supersedes=entry,
        reason="A slip.",
    )
    late = publish_entry(entry_id=correction.pk, version=1, by=coordinator, at=now)
    assert late.published_at is not None
    assert closed.closed_at is not None
    assert late.published_at > closed.closed_at
    assert closing_hash(closed) == closed.closing_sha256


def test_what_was_published_while_the_close_waited_belongs_to_it(
    plan, stocktake, coordinator, officer_jp, now
):
    """The close was requested first, but ran second."""
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.SUBMITTED,
        stocktake=stocktake,
    )
    publish_entry(entry_id=entry.pk, version=1, by=coordinator, at=now + SECOND)
    closed = close_stocktake(
        stocktake_id=stocktake.pk, version=1, by=coordinator, at=now
    )
    entry.refresh_from_db()
    assert closed.closed_at == entry.published_at
    assert closed.closing_head == published_hash(entry)


def test_only_the_presidency_closes_and_only_once(
    stocktake, coordinator, everybody_else, now
):
    about = {"stocktake_id": stocktake.pk, "at": now}
    for person in everybody_else:
        with pytest.raises(PermissionDenied):
            close_stocktake(version=1, by=person, **about)
    close_stocktake(version=1, by=coordinator, **about)
    with pytest.raises(StaleRow):
        close_stocktake(version=1, by=coordinator, **about)
    with pytest.raises(ValidationError) as refusal:
        close_stocktake(version=2, by=coordinator, **about)
    assert code_of(refusal) == "illegal_transition"


def test_what_lost_its_stocktake_in_clearance_joins_the_next_when_it_is_signed(
    plan, stocktake, coordinator, second_reviewer, head_jp, officer_jp, now
):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.IN_CLEARANCE,
        stocktake=stocktake,
    )
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    following = make_stocktake(
        plan, by=coordinator, second_reviewer=second_reviewer, slug="second"
    )
    cleared = clear_entry(entry_id=entry.pk, version=2, by=head_jp, at=now)
    assert (cleared.state, cleared.stocktake) == (State.SUBMITTED, following)
