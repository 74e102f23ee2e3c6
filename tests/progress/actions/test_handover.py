"""Tests of the recorded handover: its two parties, its time, and its note's readers."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Presidency, Role
from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.handover import (
    receive_handover,
    record_handover,
)
from progress.models import Handover
from progress.stocktakes.handovers import find_transfer, rotation
from tests.factories import CHAIR, FORMER_CHAIR, NEXT_CHAIR, make_user
from tests.progress.reading import words_of

DAY = timedelta(days=1)
NOTE = "Ask Japan about 1.2.2."
REFUSAL = "This step is already recorded, or cannot be recorded now."


@pytest.fixture
def last(chair) -> Presidency:
    """The latest handover, from Canada to Italy."""
    return Presidency.objects.get(member=CHAIR)


@pytest.fixture
def next_(chair) -> Presidency:
    return Presidency.objects.get(member=NEXT_CHAIR)


@pytest.fixture
def successor(members):
    return make_user(Role.COORDINATOR, member=NEXT_CHAIR, name="Successor")


def give(presidency, by, at, version=0, note=NOTE):
    return record_handover(
        presidency_id=presidency.pk, version=version, note=note, by=by, at=at
    )


def receive(presidency, by, at, version=1):
    return receive_handover(presidency_id=presidency.pk, version=version, by=by, at=at)


def test_the_outgoing_team_gives_and_the_incoming_receives(
    next_, coordinator, successor
):
    at = next_.starts_at - 90 * DAY
    given = give(next_, coordinator, at)
    assert (given.handed_over_at, given.handed_over_by) == (at, coordinator)
    received = receive(next_, successor, at + DAY)
    assert (received.pk, received.received_by) == (given.pk, successor)
    events = Event.objects.filter(verb__startswith="handover.").order_by("at")
    assert [event.verb for event in events] == ["handover.give", "handover.receive"]
    assert events[0].data == {
        "presidency": next_.pk,
        "from": CHAIR,
        "to": NEXT_CHAIR,
    }
    assert NOTE not in str([event.data for event in events])


@pytest.mark.parametrize("offset", [timedelta(0), 30 * DAY])
def test_after_the_change_it_is_still_recorded(next_, coordinator, successor, offset):
    at = next_.starts_at + offset
    received = receive(next_, successor, at, version=0)
    assert received.handed_over_at is None
    assert give(next_, coordinator, at + DAY, version=1).received_by == successor


def test_it_is_neither_too_early_nor_after_the_next_change(
    next_, coordinator, successor
):
    moment = timedelta(microseconds=1)
    for at in (next_.starts_at - 90 * DAY - moment, next_.ends_at):
        with pytest.raises(ValidationError):
            give(next_, coordinator, at)
    for at in (next_.starts_at - moment, next_.ends_at):
        with pytest.raises(ValidationError):
            receive(next_, successor, at, version=0)


def test_it_is_recorded_once(next_, coordinator, successor):
    at = next_.starts_at
    give(next_, coordinator, at)
    with pytest.raises(StaleRow):
        give(next_, coordinator, at)
    with pytest.raises(ValidationError):
        give(next_, coordinator, at, version=1)
    receive(next_, successor, at)
    with pytest.raises(ValidationError):
        receive(next_, successor, at, version=2)


def test_nobody_else_gives_or_receives(
    next_,
    coordinator,
    former_coordinator,
    successor,
    officer_of_the_chair,
    everybody_else,
):
    machine = make_user(Role.COORDINATOR, member=CHAIR, is_service=True)
    at = next_.starts_at
    for person in [*everybody_else, successor, machine]:
        with pytest.raises(PermissionDenied):
            give(next_, person, at)
    for person in [*everybody_else, coordinator]:
        with pytest.raises(PermissionDenied):
            receive(next_, person, at, version=0)
    assert not Handover.objects.exists()


def test_the_first_presidency_has_nobody_before_it(former_coordinator, chair, now):
    first = Presidency.objects.get(member=FORMER_CHAIR)
    with pytest.raises(PermissionDenied):
        give(first, former_coordinator, now)
    with pytest.raises(ValidationError):
        receive(first, former_coordinator, first.starts_at, version=0)


@pytest.mark.parametrize("note", ["x" * 4001, "a\x00b"])
def test_a_note_has_a_limit(next_, coordinator, note):
    with pytest.raises(ValidationError) as refusal:
        give(next_, coordinator, next_.starts_at, note=note)
    assert set(refusal.value.message_dict) == {"note"}


def test_one_passage_reads_as_it_does_in_the_rotation(last):
    transfer = next(one for one in rotation() if one.incoming == last)
    assert transfer == find_transfer(last)
    assert transfer.outgoing is not None
    assert transfer.outgoing.member_id == FORMER_CHAIR


def test_the_note_is_for_both_teams_and_later_presidencies(
    last, coordinator, former_coordinator, successor, second_reviewer,
    officer_of_the_chair, officer_jp, observer, signed_in, now,
):  # fmt: skip
    give(last, former_coordinator, now)
    url = "/presidency/"
    for person in (coordinator, former_coordinator):
        assert NOTE in words_of(signed_in(person).get(url))
    for person in (
        successor, second_reviewer, officer_of_the_chair, officer_jp, observer,
    ):  # fmt: skip
        shown = words_of(signed_in(person).get(url))
        assert NOTE not in shown
        assert former_coordinator.name not in shown
    transfer = find_transfer(last)
    later = Presidency.objects.get(member=NEXT_CHAIR).starts_at
    assert transfer.reads_note(successor, later)
    assert not transfer.reads_note(successor, later - timedelta(microseconds=1))


def test_the_presidency_sees_what_would_pass_over(
    waiting, stocktake, coordinator, former_coordinator, signed_in
):
    shown = words_of(signed_in(coordinator).get("/presidency/"))
    assert "entries waiting for review 1" in shown
    assert stocktake.title in shown
    for person in (former_coordinator, waiting.written_by):
        assert "entries waiting" not in words_of(signed_in(person).get("/presidency/"))


def test_handing_over_in_the_browser_keeps_what_was_typed(
    last, coordinator, former_coordinator, signed_in, now
):
    browser = signed_in(former_coordinator)
    url = f"/presidency/{last.pk}/give/"
    receive(last, coordinator, now, version=0)
    stale = browser.post(url, {"version": 0, "note": NOTE})
    assert stale.status_code == 409
    assert NOTE in stale.content.decode()
    done = browser.post(url, {"version": 1, "note": NOTE}, follow=True)
    assert "The handover is recorded" in words_of(done)
    again = browser.post(url, {"version": 2, "note": "Another."}, follow=True)
    assert REFUSAL in words_of(again)
    assert Handover.objects.get().note == NOTE


def test_too_long_a_note_is_kept_and_refused(last, former_coordinator, signed_in):
    note = "x" * 4001
    answer = signed_in(former_coordinator).post(
        f"/presidency/{last.pk}/give/", {"version": 0, "note": note}
    )
    assert answer.status_code == 422
    assert note in answer.content.decode()


def test_receiving_in_the_browser(last, coordinator, signed_in):
    browser = signed_in(coordinator)
    url = f"/presidency/{last.pk}/receive/"
    assert "Receive" in words_of(browser.get(url))
    assert "receipt is recorded" in words_of(
        browser.post(url, {"version": 0}, follow=True)
    )
    assert REFUSAL in words_of(browser.get(url, follow=True))


def test_every_page_of_a_handover_names_both_members(
    last, coordinator, former_coordinator, signed_in, now
):
    names = "From Canada to Italy"
    outgoing, incoming = signed_in(former_coordinator), signed_in(coordinator)
    assert names in words_of(outgoing.get("/presidency/"))
    assert names in words_of(outgoing.get(f"/presidency/{last.pk}/give/"))
    give(last, former_coordinator, now)
    assert names in words_of(incoming.get("/presidency/"))
    receipt = words_of(incoming.get(f"/presidency/{last.pk}/receive/"))
    assert names in receipt
    assert NOTE in receipt


def test_an_unknown_presidency_is_not_found(coordinator, signed_in, chair):
    assert signed_in(coordinator).get("/presidency/99999/give/").status_code == 404
