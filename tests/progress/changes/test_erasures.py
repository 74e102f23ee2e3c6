"""Tests that an erasure reaches all who could see the entry, and no others."""

from io import StringIO

import pytest
from django.core.management import call_command

from progress.models import Entry, Handling, LedgerRecord, State, Tombstone
from tests.factories import make_entry, member_commitment_of
from tests.progress.changes.following import Follower, facts_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
CORRECTION, WITHDRAWAL = Entry.Kind.CORRECTION, Entry.Kind.WITHDRAWAL


def erase(entry):
    options = {"reason": "Order 12", "by": "A. Clerk", "yes": True}
    call_command("erase_entry", str(entry.pk), stdout=StringIO(), **options)


def test_an_erasure_is_a_change_for_those_who_could_see_the_entry(
    reported, amend, officer_jp, officer_fr, coordinator, observer, administrator
):
    green, amber = reported(), reported(handling=Handling.AMBER)
    superseded = reported()
    amend(superseded, CORRECTION, handling=Handling.AMBER)
    people = (officer_jp, officer_fr, coordinator, observer, administrator)
    readers = [Follower(person) for person in people]
    for reader in readers:
        reader.poll()
    for entry in (superseded, amber, green):
        erase(entry)
    told = [facts_of(reader.poll()) for reader in readers]
    of_green = [("erased", superseded.pk, None), ("erased", green.pk, None)]
    of_all = [of_green[0], ("erased", amber.pk, None), of_green[1]]
    assert told == [of_all, of_green, of_all, of_green, []]
    # Several at one head of the ledger keep their order, whatever the pages.
    for reader in readers:
        assert reader.changes == Follower(reader.reader, size=1).poll()
    assert Tombstone.objects.values("ledger_head").distinct().count() == 1


def test_an_erased_withdrawal_is_a_change_only_with_what_it_withdrew(
    reported, amend, officer_jp, observer
):
    hidden = amend(
        reported(handling=Handling.AMBER), WITHDRAWAL, handling=Handling.GREEN
    )
    seen = amend(reported(), WITHDRAWAL)
    observing, ours = Follower(observer), Follower(officer_jp)
    observing.poll()
    ours.poll()
    for withdrawal in (hidden, seen):
        erase(withdrawal)
    assert facts_of(observing.poll()) == [("erased", seen.pk, None)]
    assert len(ours.poll()) == 2


def test_what_is_published_later_comes_after_the_erasure(reported, observer, plan):
    first = reported()
    erase(first)
    observing = Follower(observer)
    observing.poll()
    second = reported()
    erase(second)
    assert facts_of(observing.poll()) == [
        ("published", second.pk, None),
        ("erased", second.pk, None),
    ]
    assert facts_of(observing.changes)[:2] == [
        ("published", first.pk, None),
        ("erased", first.pk, None),
    ]


def test_a_tombstone_has_the_head_of_the_ledger_at_its_time(reported, officer_fr, plan):
    entry = reported()
    make_entry(
        member_commitment_of(plan, "1.2.1", "FR"), by=officer_fr, state=State.PUBLISHED
    )
    erase(entry)
    (tombstone,) = Tombstone.objects.all()
    assert (tombstone.ledger_head, tombstone.number) == (2, 1)
    assert LedgerRecord.objects.count() == 2
