"""Tests of the changes that a reader gets, one after another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Role
from progress.changes.change import ChangeFilters, ChangeKind
from progress.changes.cursors import ExpiredCursorError, InvalidCursorError
from progress.changes.reading import (
    CURSOR_LIFETIME,
    last_cursor,
    read_changes,
    read_last_changes,
)
from progress.models import Entry, Handling, State
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.changes.following import EVERYTHING, Follower, facts_of

CORRECTION, WITHDRAWAL = Entry.Kind.CORRECTION, Entry.Kind.WITHDRAWAL


@pytest.fixture
def observing(observer):
    return Follower(observer)


def read(reader, now, since=None, filters=EVERYTHING, size=10):
    return read_changes(reader, now, since=since, filters=filters, size=size)


def test_a_publication_and_its_correction_are_told_in_order(observing, reported, amend):
    first = reported()
    assert facts_of(observing.poll()) == [("published", first.pk, None)]
    second = amend(first, CORRECTION)
    (told,) = observing.poll()
    assert facts_of([told]) == [("published", second.pk, first.pk)]
    assert told.at == second.published_at
    assert told.member_commitment_id == second.member_commitment_id


def test_a_withdrawal_and_an_amber_correction_look_alike(observing, reported, amend):
    first, second = reported(), reported()
    observing.poll()
    withdrawal = amend(first, WITHDRAWAL)
    hidden = amend(second, CORRECTION, handling=Handling.AMBER)
    by_withdrawal, by_correction = observing.poll()
    assert by_withdrawal == replace(
        by_correction, entry_id=first.pk, at=withdrawal.published_at
    )
    assert by_correction.kind == ChangeKind.REMOVED
    assert by_correction.at == hidden.published_at
    # Also to a reader who begins later.
    assert facts_of(Follower(observing.reader).poll())[2:] == [
        ("removed", first.pk, None),
        ("removed", second.pk, None),
    ]


def test_a_green_correction_of_an_amber_entry_is_an_entry_like_any_other(
    observing, officer_jp, reported, amend
):
    amber = reported(handling=Handling.AMBER)
    green = amend(amber, CORRECTION, handling=Handling.GREEN)
    assert facts_of(observing.poll()) == [("published", green.pk, None)]
    assert facts_of(Follower(officer_jp).poll())[1:] == [
        ("published", green.pk, amber.pk)
    ]


def test_a_withdrawal_of_what_is_hidden_is_no_change(observing, reported, amend):
    amend(reported(handling=Handling.AMBER), WITHDRAWAL, handling=Handling.GREEN)
    assert observing.poll() == []


def test_what_is_not_published_is_no_change(officer_jp, reported):
    reported(state=State.SUBMITTED)
    assert Follower(officer_jp).poll() == []


def test_a_cursor_stays_the_same_until_something_is_new(
    observing, observer, now, reported
):
    reported()
    observing.poll()
    before = read(observer, now, observing.cursor)
    assert (before.changes, before.cursor) == ([], observing.cursor)
    for _ in range(3):
        reported(handling=Handling.AMBER)
    assert read(observer, now, observing.cursor) == before
    assert read(observer, now) == read(observer, now)


def test_without_any_change_there_is_a_cursor_to_go_on_from(observing, reported):
    assert observing.poll() == []
    assert observing.cursor
    entry = reported()
    assert facts_of(observing.poll()) == [("published", entry.pk, None)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_of_any_size_are_the_same_changes(observer, reported, amend, size):
    first = reported()
    for _ in range(3):
        reported(handling=Handling.AMBER)
        reported()
    amend(first, WITHDRAWAL)
    whole = Follower(observer).poll()
    assert len(whole) == 5
    assert Follower(observer, size=size).poll() == whole


@pytest.mark.parametrize("altered", ["x", "a:b", "\0", "é", "0" * 5000])
def test_an_altered_cursor_is_refused(observer, now, altered):
    with pytest.raises(InvalidCursorError):
        read(observer, now, altered)


def test_the_cursor_of_another_reader_or_filter_is_refused(
    observing, observer, plan, now, reported
):
    reported()
    observing.poll()
    with pytest.raises(InvalidCursorError):
        read(make_user(Role.OBSERVER), now, observing.cursor)
    with pytest.raises(InvalidCursorError):
        read(observer, now, observing.cursor, ChangeFilters(plan=plan.slug))


def test_the_order_of_members_in_a_filter_does_not_matter(observer, now):
    cursor = read(observer, now, filters=ChangeFilters(members=("JP", "FR"))).cursor
    again = ChangeFilters(members=("FR", "JP", "FR"))
    assert read(observer, now, cursor, again).cursor == cursor


def test_other_rights_expire_the_cursor_and_a_replay_is_right(
    observing, observer, now, reported
):
    amber = reported(handling=Handling.AMBER)
    reported()
    observing.poll()
    observer.roles, observer.member_id = [Role.OFFICER], "JP"
    with pytest.raises(ExpiredCursorError):
        read(observer, now, observing.cursor)
    told = Follower(observer).poll()
    assert told[0].key == amber.pk
    assert len(told) == 2


def test_the_chair_moves_on_and_its_cursor_expires(coordinator, now, reported):
    reported(handling=Handling.AMBER)
    presiding = Follower(coordinator)
    assert len(presiding.poll(now)) == 1
    later = now + timedelta(days=200)
    with pytest.raises(ExpiredCursorError):
        presiding.poll(later)
    assert Follower(coordinator).poll(later) == []


def test_a_second_reviewer_who_is_no_longer_named_begins_again(
    second_reviewer, former_coordinator, stocktake, chair, officer_of_the_chair, plan,
    now,
):  # fmt: skip
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", chair),
        by=officer_of_the_chair,
        state=State.PUBLISHED,
        stocktake=stocktake,
        handling=Handling.AMBER,
    )
    reviewing = Follower(second_reviewer)
    assert facts_of(reviewing.poll(now)) == [("published", entry.pk, None)]
    stocktake.second_reviewer = former_coordinator
    stocktake.save()
    with pytest.raises(ExpiredCursorError):
        reviewing.poll(now)
    assert Follower(second_reviewer).poll(now) == []


def test_a_cursor_expires_some_time_after_the_first_change_it_missed(
    observing, observer, now, reported
):
    reported(published_at=now - 2 * CURSOR_LIFETIME)
    observing.poll()
    # Nothing has changed since, so it is as good as new.
    assert read(observer, now + 10 * CURSOR_LIFETIME, observing.cursor)
    missed = reported(published_at=now)
    last_moment = now + CURSOR_LIFETIME
    (told,) = read(observer, last_moment, observing.cursor).changes
    assert told.entry_id == missed.pk
    with pytest.raises(ExpiredCursorError):
        read(observer, last_moment + timedelta(seconds=1), observing.cursor)
    assert len(read(observer, now + 10 * CURSOR_LIFETIME).changes) == 2


def test_a_replay_reads_what_is_older_than_a_cursor_lives(observer, now, reported):
    for days in (400, 300, 200):
        reported(published_at=now - timedelta(days=days))
    first = read(observer, now, size=1)
    second = read(observer, now, first.cursor, size=1)
    assert second.has_more
    assert len(read(observer, now, second.cursor, size=1).changes) == 1
    # A replay that was left long ago has expired too.
    reported(published_at=now)
    read(observer, now + CURSOR_LIFETIME, first.cursor, size=1)
    with pytest.raises(ExpiredCursorError):
        read(observer, now + 2 * CURSOR_LIFETIME, first.cursor, size=1)


def test_the_last_changes_and_their_cursor(observer, now, reported, amend):
    first, second = reported(), reported()
    amend(first, WITHDRAWAL)
    reported(handling=Handling.AMBER)
    told = read_last_changes(observer, now, filters=EVERYTHING, size=2)
    assert facts_of(told) == [
        ("removed", first.pk, None),
        ("published", second.pk, None),
    ]
    cursor = last_cursor(observer, now, filters=EVERYTHING)
    assert read(observer, now, cursor).changes == []


def test_an_administrator_gets_no_change(administrator, reported):
    reported(handling=Handling.CLEAR)
    assert Follower(administrator).poll() == []
