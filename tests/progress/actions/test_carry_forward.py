"""Tests of rule 9: old text is carried forward as old, then confirmed or edited."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.amendments import correct_entry
from progress.actions.carry_forward import carry_forward, confirm_entry
from progress.actions.clearance import clear_entry, submit_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.review import publish_entry, return_entry
from progress.actions.stocktakes import close_stocktake
from progress.entries.text import EntryText
from progress.models import Entry, EntryEvidence, Handling, State, Status, Transition
from tests.factories import make_entry, make_stocktake, make_user, member_commitment_of
from tests.progress.confirming import confirm_today

LONG_AGO = date(2016, 8, 1)


@pytest.fixture
def published(jp_122, officer_jp, coordinator, now):
    """An entry without a stocktake: amber, at risk, with two sources."""
    return make_entry(
        jp_122,
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        published_at=now - timedelta(days=90),
        as_of=LONG_AGO,
        handling=Handling.AMBER,
        is_at_risk=True,
        next_steps="The third bureau.",
        obstacles="None so far.",
        evidence=2,
    )


@pytest.fixture
def carried(published, jp_122, officer_jp, stocktake, now):
    return carry_forward(member_commitment=jp_122, by=officer_jp, at=now)


def about(entry, by, at):
    return {"entry_id": entry.pk, "version": entry.version, "by": by, "at": at}


def through(entry, officer, head, reviewer, at):
    """Submitted, signed and published."""
    sent = submit_entry(**about(entry, officer, at))
    cleared = clear_entry(**about(sent, head, at))
    return publish_entry(**about(cleared, reviewer, at))


def test_a_draft_begins_with_the_words_label_and_sources_of_what_stands(
    carried, published, stocktake, now
):
    assert replace(EntryText.of(carried), as_of=LONG_AGO) == EntryText.of(published)
    assert carried.as_of == now.date()
    assert (carried.state, carried.stocktake) == (State.DRAFT, stocktake)
    assert (carried.unchanged_since, carried.confirmed_at) == (LONG_AGO, None)
    links = EntryEvidence.objects.order_by("position")
    ours, theirs = (
        [link.evidence_id for link in links.filter(entry=entry)]
        for entry in (carried, published)
    )
    assert ours == theirs
    assert [event.verb for event in Event.objects.all()] == ["entry.carry"]
    assert Transition.objects.get(entry=carried).after == State.DRAFT


def test_unconfirmed_words_are_not_submitted(carried, officer_jp, now):
    with pytest.raises(ValidationError) as refusal:
        submit_entry(**about(carried, officer_jp, now))
    assert refusal.value.code == "unconfirmed"
    assert "1 Aug 2016" in refusal.value.messages[0]
    carried.refresh_from_db()
    assert carried.state == State.DRAFT


def test_confirming_keeps_the_words_and_says_of_which_day_they_are(
    carried, published, officer_jp, now
):
    at = now + timedelta(minutes=5)
    confirmed = confirm_today(**about(carried, officer_jp, at))
    confirmed.refresh_from_db()
    assert confirmed.narrative == published.narrative
    assert (confirmed.as_of, confirmed.unchanged_since) == (at.date(), LONG_AGO)
    assert (confirmed.confirmed_at, confirmed.confirmed_by) == (at, officer_jp)
    assert confirmed.version == carried.version + 1
    assert submit_entry(**about(confirmed, officer_jp, at)).state == State.IN_CLEARANCE
    event = Event.objects.get(verb="entry.confirm")
    assert published.narrative not in str(event.data)


def test_confirming_can_name_another_day(carried, officer_jp, now):
    day = now.date() - timedelta(days=10)
    assert confirm_entry(**about(carried, officer_jp, now), as_of=day).as_of == day


@pytest.mark.parametrize("days", [1, 400 * 365])
def test_confirming_for_a_day_to_come_or_before_the_words_is_refused(
    carried, officer_jp, now, days
):
    day = now.date() + timedelta(days=1) if days == 1 else LONG_AGO - timedelta(days=1)
    with pytest.raises(ValidationError) as refusal:
        confirm_entry(**about(carried, officer_jp, now), as_of=day)
    assert list(refusal.value.message_dict) == ["as_of"]
    carried.refresh_from_db()
    assert carried.confirmed_at is None


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.IMPLEMENTED},
        {"is_at_risk": False},
        {"narrative": "New words."},
        {"next_steps": ""},
        {"obstacles": "Money."},
    ],
)
@pytest.mark.parametrize("is_confirmed", [False, True])
def test_other_words_are_the_writers_own(
    carried, officer_jp, now, change, is_confirmed
):
    if is_confirmed:
        carried = confirm_today(**about(carried, officer_jp, now))
    text = replace(EntryText.of(carried), **change)
    edited = edit_entry(**about(carried, officer_jp, now), text=text)
    edited.refresh_from_db()
    assert (edited.unchanged_since, edited.confirmed_at, edited.confirmed_by) == (
        None,
        None,
        None,
    )
    assert submit_entry(**about(edited, officer_jp, now)).state == State.IN_CLEARANCE


@pytest.mark.parametrize(
    "change", [{"as_of": date(2016, 9, 9)}, {"handling": "green"}, {"evidence": ()}]
)
def test_another_date_label_or_source_makes_old_words_no_newer(
    carried, officer_jp, now, change
):
    text = replace(EntryText.of(carried), **change)
    edited = edit_entry(**about(carried, officer_jp, now), text=text)
    assert (edited.unchanged_since, edited.confirmed_at) == (LONG_AGO, None)
    with pytest.raises(ValidationError) as refusal:
        submit_entry(**about(edited, officer_jp, now))
    assert refusal.value.code == "unconfirmed"


def test_typing_what_stands_is_marked_too_and_confirmed_by_who_typed_it(
    published, jp_122, officer_jp, now
):
    text = replace(EntryText.of(published), as_of=now.date(), handling="green")
    entry = draft_entry(member_commitment=jp_122, text=text, by=officer_jp, at=now)
    assert (entry.unchanged_since, entry.confirmed_by) == (LONG_AGO, officer_jp)

    other = replace(text, narrative="New words.")
    edited = edit_entry(**about(entry, officer_jp, now), text=other)
    assert edited.unchanged_since is None
    back = edit_entry(**about(edited, officer_jp, now), text=text)
    assert (back.unchanged_since, back.confirmed_by) == (LONG_AGO, officer_jp)


def test_the_day_is_that_of_the_first_of_many_confirmations(
    carried, jp_122, officer_jp, head_jp, coordinator, now
):
    confirmed = confirm_today(**about(carried, officer_jp, now))
    through(confirmed, officer_jp, head_jp, coordinator, now)
    later = now + timedelta(days=1)
    again = carry_forward(member_commitment=jp_122, by=officer_jp, at=later)
    assert again.unchanged_since == LONG_AGO


def test_a_returned_entry_is_confirmed_anew(
    carried, officer_jp, head_jp, coordinator, now
):
    confirmed = confirm_today(**about(carried, officer_jp, now))
    sent = submit_entry(**about(confirmed, officer_jp, now))
    cleared = clear_entry(**about(sent, head_jp, now))
    back = return_entry(**about(cleared, coordinator, now), reason="Still true?")
    again = confirm_today(**about(back, officer_jp, now + timedelta(hours=1)))
    assert (again.state, again.confirmed_at) == (
        State.RETURNED,
        now + timedelta(hours=1),
    )


# ---- Who signs ---------------------------------------------------------------------


def test_a_head_who_confirms_does_not_sign(carried, head_jp, officer_jp, now):
    """The officer only carried it forward: one of two people confirmed the text."""
    confirmed = confirm_today(**about(carried, head_jp, now))
    sent = submit_entry(**about(confirmed, officer_jp, now))
    with pytest.raises(PermissionDenied):
        clear_entry(**about(sent, head_jp, now))
    other_head = make_user(Role.HEAD, member="JP")
    assert clear_entry(**about(sent, other_head, now)).state == State.SUBMITTED


def test_what_a_head_carried_and_an_officer_confirmed_the_head_may_sign(
    published, jp_122, head_jp, officer_jp, now
):
    carried = carry_forward(member_commitment=jp_122, by=head_jp, at=now)
    confirmed = confirm_today(**about(carried, officer_jp, now))
    sent = submit_entry(**about(confirmed, head_jp, now))
    assert clear_entry(**about(sent, head_jp, now)).state == State.SUBMITTED


# ---- Refusals ----------------------------------------------------------------------


def test_there_is_nothing_to_carry_before_the_first_publication(
    jp_122, officer_jp, now
):
    make_entry(jp_122, by=officer_jp, state=State.DISCARDED)
    with pytest.raises(ValidationError) as refusal:
        carry_forward(member_commitment=jp_122, by=officer_jp, at=now)
    assert refusal.value.code == "nothing_to_carry"


def test_what_was_withdrawn_is_not_carried(
    published, reported, jp_122, officer_jp, now
):
    reported(
        kind=Entry.Kind.WITHDRAWAL,
        supersedes=published,
        reason="Wrong.",
        as_of=LONG_AGO,
    )
    with pytest.raises(ValidationError) as refusal:
        carry_forward(member_commitment=jp_122, by=officer_jp, at=now)
    assert refusal.value.code == "nothing_to_carry"


def test_a_second_draft_is_refused(carried, jp_122, officer_jp, now):
    with pytest.raises(ValidationError) as refusal:
        carry_forward(member_commitment=jp_122, by=officer_jp, at=now)
    assert refusal.value.code == "draft_exists"
    assert Entry.objects.exclude(state=State.PUBLISHED).count() == 1


@pytest.mark.parametrize(
    "who",
    [
        "officer_fr", "head_fr", "coordinator", "former_coordinator", "observer",
        "assessor", "administrator",
    ],
)  # fmt: skip
def test_others_carry_and_confirm_nothing(request, carried, jp_122, who, now, head_fr):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        carry_forward(member_commitment=jp_122, by=person, at=now)
    with pytest.raises(Entry.DoesNotExist):
        confirm_today(**about(carried, person, now))


def test_a_contributor_carries_and_confirms_what_is_assigned(
    published, plan, jp_122, contributor_jp, now
):
    carried = carry_forward(member_commitment=jp_122, by=contributor_jp, at=now)
    assert confirm_today(**about(carried, contributor_jp, now)).confirmed_at == now
    with pytest.raises(PermissionDenied):
        carry_forward(
            member_commitment=member_commitment_of(plan, "1.1.1", "JP"),
            by=contributor_jp,
            at=now,
        )


def test_confirming_an_old_version_is_refused(carried, officer_jp, now):
    edit_entry(
        **about(carried, officer_jp, now),
        text=replace(EntryText.of(carried), handling="green"),
    )
    with pytest.raises(StaleRow):
        confirm_today(entry_id=carried.pk, version=1, by=officer_jp, at=now)


def test_there_is_nothing_to_confirm_in_new_words(jp_122, officer_jp, now):
    draft = make_entry(jp_122, by=officer_jp)
    with pytest.raises(ValidationError) as refusal:
        confirm_today(**about(draft, officer_jp, now))
    assert refusal.value.code == "nothing_to_confirm"


def test_what_is_submitted_is_not_confirmed(carried, officer_jp, now):
    confirmed = confirm_today(**about(carried, officer_jp, now))
    sent = submit_entry(**about(confirmed, officer_jp, now))
    with pytest.raises(ValidationError) as refusal:
        confirm_today(**about(sent, officer_jp, now))
    assert refusal.value.code == "illegal_transition"


def test_a_correction_carries_no_mark(carried, officer_jp, head_jp, coordinator, now):
    confirmed = confirm_today(**about(carried, officer_jp, now))
    out = through(confirmed, officer_jp, head_jp, coordinator, now)
    draft = correct_entry(**about(out, officer_jp, now), reason="The label.")
    assert draft.unchanged_since is None
    text = replace(EntryText.of(draft), handling="green")
    edited = edit_entry(**about(draft, officer_jp, now), text=text)
    assert edited.unchanged_since is None


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.IN_CLEARANCE, "unchanged_since": LONG_AGO},
        {"confirmed": True},
    ],
)
def test_the_database_refuses_what_no_action_writes(jp_122, officer_jp, now, fields):
    if fields.pop("confirmed", False):
        fields = {"confirmed_at": now, "confirmed_by": officer_jp}
    with pytest.raises(IntegrityError), transaction.atomic():
        make_entry(jp_122, by=officer_jp, **fields)


# ---- Stocktakes, and what is compiled ----------------------------------------------


def test_a_stocktake_that_closes_leaves_the_unconfirmed_draft_behind(
    carried, plan, stocktake, coordinator, second_reviewer, officer_jp, now
):
    close_stocktake(
        stocktake_id=stocktake.pk,
        version=stocktake.version,
        by=coordinator,
        at=now + timedelta(days=30),
    )
    carried.refresh_from_db()
    assert (carried.state, carried.stocktake) == (State.DRAFT, None)
    assert (carried.unchanged_since, carried.confirmed_at) == (LONG_AGO, None)

    following = make_stocktake(
        plan, by=coordinator, second_reviewer=second_reviewer, slug="second"
    )
    confirmed = confirm_today(**about(carried, officer_jp, now))
    sent = submit_entry(**about(confirmed, officer_jp, now))
    assert sent.stocktake == following
