"""Tests of entries that a partner's system sends: begun, edited, corrected, refused."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Role, User
from accounts.versions import StaleRow
from progress.actions.amendments import correct_entry, withdraw_entry
from progress.actions.drafting import discard_entry, edit_entry
from progress.actions.sending import (
    EntriesNotSent,
    SendOutcome,
    SendResult,
    SentEntry,
    change_entry,
    send_entries,
)
from progress.entries.text import EntryText, EvidenceItem
from progress.models import Entry, ExternalRef, State
from tests.factories import make_entry, make_user, member_commitment_of, publish

DAY = datetime(2017, 3, 1, tzinfo=UTC).date()
TEXT = {"as_of": DAY, "status": "limited", "narrative": "Two agencies take part."}
Send = Callable[..., SendResult]


@pytest.fixture
def sender(members) -> User:
    """The service user of a key of Japan."""
    user = make_user(Role.OFFICER, member="JP", is_service=True)
    user.scopes = frozenset({"write:entries", "read:own"})
    return user


@pytest.fixture
def send(plan, sender, now) -> Send:
    """`send(narrative="…")` sends an entry of 1.2.2 with the reference A-1."""

    def send_one(
        code: str = "1.2.2", ref: str = "A-1", by: User = sender, **fields: Any
    ) -> SendResult:
        named = {"stocktake", "reason"} & fields.keys()
        others = {name: fields.pop(name) for name in named}
        one = SentEntry(
            member_commitment_of(plan, code, "JP"), {**TEXT, **fields}, ref, **others
        )
        (result,) = send_entries(sent=[one], by=by, at=now)
        return result

    return send_one


def refusal_of(send: Send, **fields: Any) -> Exception:
    with pytest.raises(EntriesNotSent) as refused:
        send(**fields)
    (refusal,) = refused.value.refusals.values()
    return refusal


def code_of(refusal: Exception) -> tuple[str, str]:
    """Return the field and the code of a refusal. The field may be empty."""
    assert isinstance(refusal, ValidationError)
    if not hasattr(refusal, "error_dict"):
        return "", str(refusal.code)
    ((name, errors),) = refusal.error_dict.items()
    return name, str(errors[0].code)


def make_published(entry: Entry, coordinator: User) -> Entry:
    publish(entry, by=coordinator, at=datetime.now(UTC))
    return Entry.objects.get(pk=entry.pk)


def current_entry() -> Entry:
    return ExternalRef.objects.get(text="A-1", is_current=True).entry


def test_an_entry_is_begun_and_then_edited_under_its_reference(send, stocktake):
    begun = send()
    assert begun.outcome is SendOutcome.NEW
    again = send(narrative="Three agencies take part.")
    assert (again.outcome, again.entry.pk) == (SendOutcome.CHANGED, begun.entry.pk)
    same = send(narrative=" Three agencies take part.\r\n")
    assert same.outcome is SendOutcome.UNCHANGED
    entry = Entry.objects.get()
    assert (entry.version, entry.state) == (2, State.DRAFT)
    assert entry.stocktake == stocktake


def test_what_is_not_named_stays(send):
    link = EvidenceItem(title="Report", url="https://example.org/")
    send(obstacles="Money.", evidence=(link,))
    changed = send(narrative="Three.")
    entry = Entry.objects.get(pk=changed.entry.pk)
    assert (entry.obstacles, entry.evidence.count()) == ("Money.", 1)
    assert send(evidence=(link,), narrative="Three.").outcome is SendOutcome.UNCHANGED
    assert send(evidence=(), narrative="Three.").outcome is SendOutcome.CHANGED
    assert entry.evidence.count() == 0


def test_a_text_of_another_person_is_never_written_over(send, sender, officer_jp, now):
    entry = send().entry
    text = EntryText(as_of=DAY, status="limited", narrative="A colleague's.")
    edit_entry(entry_id=entry.pk, version=1, text=text, by=officer_jp, at=now)
    refusal = refusal_of(send, narrative="Three.")
    assert isinstance(refusal, StaleRow)
    assert refusal.row.pk == entry.pk
    # The sender has read it, and says so.
    change_entry(
        entry_id=entry.pk, version=2, changes={"status": "limited"}, by=sender, at=now
    )
    assert send(narrative="Three.").outcome is SendOutcome.CHANGED


def test_another_key_of_the_member_is_another_person(send):
    send()
    other = make_user(Role.OFFICER, member="JP", is_service=True)
    other.scopes = frozenset({"write:entries", "read:own"})
    assert isinstance(refusal_of(send, by=other, narrative="Three."), StaleRow)


@pytest.mark.parametrize("state", [State.IN_CLEARANCE, State.SUBMITTED])
def test_what_is_sent_on_must_be_recalled_first(plan, send, sender, state):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=sender, state=state
    )
    ExternalRef.objects.create(
        entry=entry, member_id="JP", text="A-1", sender=sender,
        known_text_at=entry.written_at, known_text_by=sender,
    )  # fmt: skip
    refusal = refusal_of(send)
    assert code_of(refusal) == ("", "recall_first")
    assert "recall" in str(refusal)


def test_a_returned_entry_is_edited_but_stays_complete(plan, send, sender):
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=sender, state=State.RETURNED
    )
    ExternalRef.objects.create(
        entry=entry, member_id="JP", text="A-1", sender=sender,
        known_text_at=entry.written_at, known_text_by=sender,
    )  # fmt: skip
    assert code_of(refusal_of(send, narrative="")) == ("narrative", "incomplete")
    assert send().entry.state == State.RETURNED


def test_a_published_entry_is_corrected_with_a_reason(send, coordinator):
    published = make_published(send().entry, coordinator)
    assert send().entry == published
    assert code_of(refusal_of(send, narrative="Three.")) == ("reason", "required")
    assert Entry.objects.count() == 1
    result = send(narrative="Three.", reason="We counted again.")
    assert result.outcome is SendOutcome.CORRECTION
    draft = Entry.objects.get(pk=result.entry.pk)
    assert (draft.supersedes, draft.narrative) == (published, "Three.")
    assert (draft.reason, draft.state) == ("We counted again.", State.DRAFT)
    assert current_entry() == draft
    assert send(narrative="Four.").entry == draft


def test_a_discarded_correction_gives_the_reference_back(
    send, coordinator, officer_jp, now
):
    published = make_published(send().entry, coordinator)
    draft = correct_entry(
        entry_id=published.pk, version=published.version, reason="Why.",
        by=officer_jp, at=now,
    )  # fmt: skip
    assert current_entry() == draft
    assert isinstance(refusal_of(send, narrative="Three."), StaleRow)
    discard_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    assert current_entry() == published


def test_a_discarded_entry_frees_its_reference(send, officer_jp, now):
    entry = send().entry
    discard_entry(entry_id=entry.pk, version=1, by=officer_jp, at=now)
    assert send(code="1.2.1").outcome is SendOutcome.NEW


def test_a_published_withdrawal_frees_the_reference(send, coordinator, officer_jp, now):
    published = make_published(send().entry, coordinator)
    draft = withdraw_entry(
        entry_id=published.pk, version=published.version, reason="Why.",
        by=officer_jp, at=now,
    )  # fmt: skip
    refusal = refusal_of(send, narrative="Three.", reason="We counted.")
    assert code_of(refusal) == ("", "illegal_transition")
    make_published(draft, coordinator)
    assert send(narrative="Three.").outcome is SendOutcome.NEW


def test_one_reference_is_one_commitment_and_one_stocktake(send, stocktake):
    send(stocktake="first")
    assert code_of(refusal_of(send, code="1.2.1")) == (
        "external_ref",
        "other_commitment",
    )
    assert code_of(refusal_of(send, stocktake="second")) == (
        "stocktake",
        "other_stocktake",
    )
    assert code_of(refusal_of(send, stocktake=None))[0] == "stocktake"


def test_a_draft_without_the_reference_is_not_taken_over(plan, send, officer_jp):
    make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)
    assert code_of(refusal_of(send)) == ("", "draft_exists")


def test_many_are_saved_together_or_not_at_all(plan, sender, officer_fr, now):
    owed = [
        member_commitment_of(plan, code, member)
        for code, member in (("1.1.1", "JP"), ("1.2.1", "FR"), ("1.2.2", "JP"))
    ]
    wrong = {**TEXT, "status": "excellent"}
    sent = [
        SentEntry(owed[0], TEXT, "A-1"),
        SentEntry(owed[1], TEXT, "A-2"),
        SentEntry(owed[2], wrong, "A-3"),
        SentEntry(owed[0], TEXT, "A-4"),
    ]
    with pytest.raises(EntriesNotSent) as refused:
        send_entries(sent=sent, by=sender, at=now)
    refusals = refused.value.refusals
    assert list(refusals) == [1, 2, 3]
    assert isinstance(refusals[1], PermissionDenied)
    assert code_of(refusals[2]) == ("status", "invalid_choice")
    assert code_of(refusals[3]) == ("member_commitment", "twice")
    assert not Entry.objects.exists()
    assert not ExternalRef.objects.exists()


def test_a_trial_changes_nothing(plan, sender, now):
    sent = [SentEntry(member_commitment_of(plan, "1.2.2", "JP"), TEXT, "A-1")]
    (result,) = send_entries(sent=sent, by=sender, at=now, is_trial=True)
    assert result.outcome is SendOutcome.NEW
    assert not Entry.objects.exists()


def test_a_reference_can_be_given_and_taken_from_an_update(plan, sender, send, now):
    other = send("1.2.1", "A-9").entry
    entry = make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=sender)
    about = {"entry_id": entry.pk, "version": 1, "changes": {}, "by": sender, "at": now}
    with pytest.raises(ValidationError) as taken:
        change_entry(**about, external_ref="A-9")
    assert code_of(taken.value) == ("external_ref", "taken")
    change_entry(**about, external_ref="A-1")
    assert current_entry() == entry
    change_entry(**{**about, "entry_id": other.pk}, external_ref="")
    change_entry(**about, external_ref="A-9")
    assert ExternalRef.objects.get().entry == entry


def test_a_correction_keeps_the_reference(send, sender, coordinator, now):
    published = make_published(send().entry, coordinator)
    draft = correct_entry(
        entry_id=published.pk, version=published.version, reason="Why.",
        by=sender, at=now,
    )  # fmt: skip
    with pytest.raises(ValidationError) as refused:
        change_entry(
            entry_id=draft.pk,
            version=1,
            changes={},
            external_ref="B",
            by=sender,
            at=now,
        )
    assert code_of(refused.value) == ("external_ref", "inherited")


def test_the_database_refuses_a_second_entry_with_the_reference(plan, send, sender):
    send()
    entry = make_entry(member_commitment_of(plan, "1.2.1", "JP"), by=sender)
    french = make_entry(member_commitment_of(plan, "1.2.1", "FR"), by=sender)
    for wrong in (entry, french):
        with pytest.raises(IntegrityError), transaction.atomic():
            ExternalRef.objects.create(
                entry=wrong, member_id="JP", text="A-1", sender=sender,
                known_text_at=wrong.written_at, known_text_by=sender,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("A\u202eB", "character"),
        ("A\u200bB", "character"),
        ("A\tB", "character"),
        ("A\nB", "line_end"),
        ("x" * 201, "max_length"),
    ],
)
def test_a_reference_is_one_line_of_visible_characters(send, ref, code):
    assert code_of(refusal_of(send, ref=ref)) == ("external_ref", code)


def test_blanks_around_a_reference_do_not_count(send):
    begun = send(ref=" A-1 ")
    assert send().entry.pk == begun.entry.pk
