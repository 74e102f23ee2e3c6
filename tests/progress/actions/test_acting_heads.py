"""Tests of what an acting head does with entries, and how the record shows it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts.actions.acting_heads import end_acting_head
from accounts.models import Role, Scope, User
from audit.models import Event
from progress.actions.clearance import clear_entry, send_back_entry, submit_entry
from progress.actions.drafting import edit_entry
from progress.actions.review import publish_entry
from progress.actions.transition import lock_for
from progress.entries.history import history_of
from progress.entries.signatories import heads_of, signing_notice
from progress.entries.signatures import signatures_of
from progress.entries.text import EntryText
from progress.models import Clearance, Entry, State, TrailRecord
from progress.permissions import allowed_verbs
from progress.transitions import Verb
from tests.factories import CHAIR, make_acting_head, make_entry, make_user

HOUR = timedelta(hours=1)


@pytest.fixture
def sent(jp_122, officer_jp, stocktake, now) -> Entry:
    draft = make_entry(jp_122, by=officer_jp, stocktake=stocktake)
    return submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)


@pytest.fixture
def deputy(members) -> User:
    return make_user(Role.OFFICER, member="JP", name="副 代表")


@pytest.fixture
def acting(deputy, head_jp):
    return make_acting_head(deputy, head_jp)


def do(action, entry, by, **more):
    """Act as a new request does."""
    by = User.objects.get(pk=by.pk)
    return action(
        entry_id=entry.pk, version=entry.version, by=by, at=datetime.now(UTC), **more
    )


def test_a_clearance_names_the_period_and_so_does_its_event(sent, deputy, acting):
    assert do(clear_entry, sent, deputy).state == State.SUBMITTED
    row = Clearance.objects.get()
    assert (row.cleared_by, row.acting_head) == (deputy, acting)
    event = Event.objects.get(verb="entry.clear")
    assert event.data["acting_head"] == str(acting.pk)


def test_sending_back_is_recorded_in_the_same_way(sent, deputy, acting):
    do(send_back_entry, sent, deputy, reason="Name the year.")
    event = Event.objects.get(verb="entry.send_back")
    assert event.data["acting_head"] == str(acting.pk)


def test_a_head_in_office_clears_under_no_period(sent, head_jp, acting):
    do(clear_entry, sent, head_jp)
    assert Clearance.objects.get().acting_head is None
    assert "acting_head" not in Event.objects.get(verb="entry.clear").data


def test_what_an_acting_head_does_as_officer_is_not_marked(sent, deputy, acting):
    do(send_back_entry, sent, deputy, reason="Name the year.")
    draft = Entry.objects.get(pk=sent.pk)
    do(submit_entry, draft, deputy)
    events = Event.objects.filter(verb="entry.submit").order_by("pk")
    assert ["acting_head" in event.data for event in events] == [False, False]


def test_a_sole_head_who_wrote_the_words_names_somebody_who_clears_them(
    sent, head_jp, deputy
):
    """Without an acting head no one could."""
    back = do(send_back_entry, sent, head_jp, reason="I write it.")
    text = replace(EntryText.of(back), narrative="In 2017.")
    draft = do(edit_entry, back, head_jp, text=text)
    again = do(submit_entry, draft, head_jp)
    for person in (head_jp, deputy):
        with pytest.raises(PermissionDenied):
            do(clear_entry, again, person)
    make_acting_head(deputy, head_jp)
    assert do(clear_entry, again, deputy).state == State.SUBMITTED


@pytest.mark.parametrize("when", ["not yet", "over", "ended"])
def test_outside_the_period_nothing_is_cleared_or_sent_back(
    sent, deputy, head_jp, when
):
    acting = make_acting_head(
        deputy, head_jp, starts_in=HOUR if when == "not yet" else None
    )
    at = acting.ends_at if when == "over" else datetime.now(UTC)
    if when == "ended":
        end_acting_head(acting_head_id=acting.pk, by=head_jp, at=at)
    verbs = allowed_verbs(deputy, sent, at=at)
    assert not {Verb.CLEAR, Verb.SEND_BACK} & set(verbs)
    if when != "over":  # the database's clock says when an act is
        with pytest.raises(PermissionDenied):
            do(clear_entry, sent, deputy)


def test_an_end_that_comes_before_the_act_is_seen_by_it(sent, deputy, head_jp, acting):
    """The person's own answer is kept for a request. The act asks the row again."""
    at = datetime.now(UTC)
    deputy.remember_chair(at, CHAIR)
    deputy.remember_acting_head(at, acting.pk)
    end_acting_head(acting_head_id=acting.pk, by=head_jp, at=acting.named_at)
    with pytest.raises(PermissionDenied), transaction.atomic():
        lock_for(Verb.CLEAR, sent.pk, version=sent.version, by=deputy, at=at)


def test_no_key_of_an_acting_head_clears(sent, deputy, acting):
    deputy.scopes = frozenset(Scope)
    at = datetime.now(UTC)
    assert not {Verb.CLEAR, Verb.SEND_BACK} & set(allowed_verbs(deputy, sent, at=at))


def test_the_database_refuses_a_clearance_outside_the_period(
    sent, deputy, head_jp, acting, now
):
    values = {"entry": sent, "sent_at": now, "sent_by": deputy, "acting_head": acting}
    wrong = [
        {"cleared_by": head_jp, "cleared_at": now + HOUR},
        {"cleared_by": deputy, "cleared_at": acting.ends_at},
        {"cleared_by": deputy, "cleared_at": acting.starts_at - HOUR},
    ]
    for fields in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            Clearance.objects.create(**values, **fields)
    Clearance.objects.create(**values, cleared_by=deputy, cleared_at=acting.starts_at)


# ---- What people read


def steps_of(entry, *, reader, at):
    entry = Entry.objects.with_releases().get(pk=entry.pk)
    return history_of(entry, reader=reader, at=at)


def test_the_delegation_reads_who_acted_and_who_named_them(
    sent, deputy, acting, officer_jp
):
    do(clear_entry, sent, deputy)
    at = datetime.now(UTC)
    [signature] = signatures_of(sent, reader=officer_jp, at=at)
    assert (signature.who, signature.named_by) == ("副 代表", "Head JP")
    steps = steps_of(sent, reader=officer_jp, at=at)
    assert [step.named_by for step in steps] == ["", "Head JP"]


def test_the_history_names_no_one_beside_a_head_in_office(sent, head_jp, officer_jp):
    do(clear_entry, sent, head_jp)
    steps = steps_of(sent, reader=officer_jp, at=datetime.now(UTC))
    assert {step.named_by for step in steps} == {""}


def test_the_presidency_reads_the_same_of_a_head_and_of_an_acting_head(
    sent, deputy, acting, coordinator
):
    do(clear_entry, sent, deputy)
    at = datetime.now(UTC)
    [signature] = signatures_of(sent, reader=coordinator, at=at)
    assert signature.who == "a head or acting head of delegation"
    assert signature.named_by == ""
    assert {step.named_by for step in steps_of(sent, reader=coordinator, at=at)} == {""}


def test_an_acting_head_is_among_those_who_can_clear(
    sent, deputy, acting, officer_jp, head_jp
):
    at = datetime.now(UTC)
    assert heads_of("JP", at) == [head_jp, deputy]
    notice = signing_notice(sent, officer_jp, at)
    assert notice is not None
    assert notice.text == "Head JP, 副 代表 can clear it."


def test_a_sole_head_is_offered_to_name_an_acting_head(sent, head_jp, officer_jp):
    at = datetime.now(UTC)
    offers = [signing_notice(sent, reader, at) for reader in (head_jp, officer_jp)]
    assert [offer and offer.can_name for offer in offers] == [True, False]


# ---- What the trail covers


@pytest.mark.parametrize("is_acting", [True, False])
def test_a_publication_covers_who_acted_and_who_named_them(
    sent, deputy, acting, coordinator, head_jp, is_acting
):
    """Without an acting head the content has no such field, as in earlier records."""
    cleared = do(clear_entry, sent, deputy if is_acting else head_jp)
    do(publish_entry, cleared, coordinator)
    row = TrailRecord.objects.get(subject=str(sent.pk))
    assert ("acting_head" in row.content) is is_acting
    if not is_acting:
        return
    assert f'"acting_head":{{"ends_at":"{acting.ends_at:%Y-%m-%dT%H:%M}' in row.content
    assert f'"named_by":"{head_jp.pk}"' in row.content
