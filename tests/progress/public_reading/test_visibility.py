"""Tests of what anyone may read: clear entries in force, and what heads agreed to."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from progress.models import Entry, Handling, State
from progress.public_reading.reader import public_reader, public_since
from tests.factories import make_user
from tests.progress.public_reading.opening import (
    agree,
    make_clear,
    make_public_reading,
)

DAY = timedelta(days=1)


def shown() -> set[Entry]:
    since, at = public_since(), datetime.now(UTC)
    assert since is not None
    return set(Entry.objects.visible_to(public_reader(since, at), at))


@pytest.fixture
def reading(members):
    return make_public_reading()


def test_a_clear_entry_published_since_the_start_shows(reading, plan):
    entry = make_clear(plan)
    assert shown() == {entry}


@pytest.mark.parametrize("handling", [Handling.GREEN, Handling.AMBER])
def test_no_other_label_shows(reading, plan, handling):
    make_clear(plan, handling=handling)
    assert shown() == set()


@pytest.mark.parametrize("state", [state for state in State if state != "published"])
def test_nothing_shows_before_it_is_published(reading, plan, state):
    make_clear(plan, state=state)
    assert shown() == set()


def test_an_older_entry_shows_while_a_head_agrees(reading, plan):
    entry = make_clear(plan, published_at=datetime.now(UTC) - 6 * DAY)
    assert shown() == set()
    agreement = agree(entry)
    assert shown() == {entry}
    agreement.withdrawn_at = datetime.now(UTC)
    agreement.withdrawn_by = agreement.agreed_by
    agreement.save()
    assert shown() == set()


def test_the_first_instant_counts(reading, plan):
    entry = make_clear(plan, published_at=reading.starts_at)
    assert shown() == {entry}


@pytest.mark.parametrize("handling", list(Handling))
def test_a_superseded_entry_disappears_and_a_clear_successor_shows(
    reading, plan, handling
):
    entry = make_clear(plan)
    after = make_clear(
        plan,
        kind="correction",
        supersedes=entry,
        reason="Because.",
        handling=handling,
        published_at=datetime.now(UTC) - timedelta(minutes=1),
    )
    assert shown() == ({after} if handling == Handling.CLEAR else set())


def test_a_correction_that_is_not_published_yet_changes_nothing(reading, plan):
    entry = make_clear(plan)
    make_clear(
        plan,
        state=State.SUBMITTED,
        kind="correction",
        supersedes=entry,
        reason="Because.",
        handling=Handling.AMBER,
    )
    assert shown() == {entry}


def test_a_withdrawn_entry_disappears_with_its_withdrawal(reading, plan):
    make_clear(
        plan,
        kind="withdrawal",
        supersedes=make_clear(plan),
        reason="Because.",
        published_at=datetime.now(UTC) - timedelta(minutes=1),
    )
    assert shown() == set()


def test_an_agreement_does_not_pass_to_a_correction_from_before_the_start(
    reading, plan
):
    """Heads agree to words that they have read."""
    before = datetime.now(UTC) - 7 * DAY
    entry = make_clear(plan, published_at=before)
    agree(entry)
    make_clear(
        plan,
        kind="correction",
        supersedes=entry,
        reason="Because.",
        published_at=before + DAY,
    )
    assert shown() == set()


@pytest.mark.parametrize("started", [None, -DAY], ids=["proposed", "announced"])
def test_nothing_shows_before_the_start(members, started):
    make_public_reading(started=started)
    assert public_since() is None


def test_nothing_shows_without_a_decision(members):
    assert public_since() is None


def test_nothing_shows_once_it_is_turned_off(reading):
    reading.ended_at = datetime.now(UTC)
    reading.ended_by = make_user(Role.ADMINISTRATOR)
    reading.save()
    assert public_since() is None


def test_it_reads_like_a_key_for_clear_entries_without_a_member(reading, plan):
    """Rule 4 has one place: the public's rights are such a key's, and narrower."""
    since, at = public_since(), datetime.now(UTC)
    assert since is not None
    nobody = public_reader(since, at)
    assert nobody.delegation is None
    assert not nobody.is_presidency(at)
    nobody.public_since = None
    make_clear(plan, handling=Handling.GREEN)
    older = make_clear(plan, published_at=at - 9 * DAY, code="2.1")
    assert set(Entry.objects.visible_to(nobody, at)) == {older}
