"""Tests of the workflow's conditions beside its table: time, completeness, reviewer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Member
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.clearance import (
    recall_entry,
    send_back_entry,
    submit_entry,
)
from progress.actions.review import return_entry
from progress.models import Entry, State
from progress.permissions import IN_PERSON, IN_PERSON_VERBS
from progress.transitions import RULES, Verb, next_state
from tests.factories import make_entry, member_commitment_of


def test_a_submission_after_the_deadline_is_late_and_after_grace_refused(
    plan, stocktake, officer_jp
):
    Member.objects.filter(code="JP").update(skips_clearance=True)
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    about = {"entry_id": draft.pk, "version": draft.version, "by": officer_jp}
    with pytest.raises(ValidationError) as refusal:
        submit_entry(**about, at=stocktake.grace_ends_at + timedelta(seconds=1))
    assert refusal.value.code == "too_late"

    late = submit_entry(**about, at=stocktake.due_at + timedelta(seconds=1))
    assert late.is_late

    recalled = recall_entry(
        entry_id=late.pk, version=late.version, by=officer_jp, at=stocktake.due_at
    )
    in_time = submit_entry(
        entry_id=late.pk, version=recalled.version, by=officer_jp, at=stocktake.due_at
    )
    assert not in_time.is_late


def test_an_entry_returned_and_sent_again_after_the_deadline_was_in_time(
    plan, stocktake, officer_jp, coordinator
):
    Member.objects.filter(code="JP").update(skips_clearance=True)
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    at = stocktake.due_at
    sent = submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=at)
    back = return_entry(
        entry_id=sent.pk, version=sent.version, reason="When?", by=coordinator, at=at
    )
    again = submit_entry(
        entry_id=back.pk,
        version=back.version,
        by=officer_jp,
        at=at + timedelta(hours=1),
    )
    assert (again.state, again.is_late) == (State.SUBMITTED, False)


def test_an_incomplete_draft_is_kept_but_not_submitted(plan, officer_jp):
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        status="",
        narrative=" ",
    )
    with pytest.raises(ValidationError) as refusal:
        submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=datetime.now(UTC))
    assert set(refusal.value.message_dict) == {"status", "narrative"}
    assert Entry.objects.get().state == State.DRAFT


def test_the_chairs_own_entries_need_a_stocktake(plan, chair, officer_of_the_chair):
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", chair), by=officer_of_the_chair
    )
    with pytest.raises(ValidationError) as refusal:
        submit_entry(
            entry_id=draft.pk, version=1, by=officer_of_the_chair, at=datetime.now(UTC)
        )
    assert refusal.value.code == "chair_alone"


def test_what_was_corrected_once_is_not_corrected_twice(plan, officer_jp, coordinator):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        evidence=2,
    )
    at = datetime.now(UTC)
    about = {"entry_id": entry.pk, "version": 1, "by": officer_jp, "at": at}
    draft = correct_entry(**about, reason="Wrong year.")
    assert draft.evidence.count() == 2
    for action in (correct_entry, withdraw_entry):
        with pytest.raises(ValidationError) as refusal:
            action(**about, reason="Again.")
        assert refusal.value.code == "illegal_transition"


def test_submit_leads_past_clearance_only_where_the_member_skips_it(plan, officer_jp):
    entry = make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)
    assert next_state(Verb.SUBMIT, entry) is State.IN_CLEARANCE
    entry.member_commitment.member.skips_clearance = True
    assert next_state(Verb.SUBMIT, entry) is State.SUBMITTED


@pytest.mark.parametrize("reason", ["x" * 2001, "a\x00b"])
def test_a_reason_has_a_limit_whoever_gives_it(
    plan, officer_jp, head_jp, coordinator, stocktake, now, reason
):
    """The forms check this too, but a shell or an imported sheet has no form."""
    states = (State.IN_CLEARANCE, State.SUBMITTED, State.PUBLISHED)
    codes = ("1.1.1", "1.2.1", "1.2.2")
    entries = [
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=state,
            stocktake=stocktake,
        )
        for code, state in zip(codes, states, strict=True)
    ]
    acts = [
        (send_back_entry, entries[0], head_jp),
        (return_entry, entries[1], coordinator),
        (correct_entry, entries[2], officer_jp),
        (withdraw_entry, entries[2], officer_jp),
    ]
    for action, entry, by in acts:
        with pytest.raises(ValidationError) as refusal:
            action(entry_id=entry.pk, version=1, by=by, at=now, reason=reason)
        assert set(refusal.value.message_dict) == {"reason"}


def test_what_only_heads_and_reviewers_may_do_is_done_in_person():
    assert {Verb.SEND_BACK, Verb.CLEAR, Verb.RETURN, Verb.PUBLISH} == IN_PERSON_VERBS
    assert all(RULES[verb].who <= IN_PERSON for verb in IN_PERSON_VERBS)
    assert all(RULES[verb].who - IN_PERSON for verb in set(Verb) - IN_PERSON_VERBS)
