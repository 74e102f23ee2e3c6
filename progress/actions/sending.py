"""Save entries that a partner's system sends, by the reference it gives them.

An entry that was sent before is edited, or corrected if it is published. Sending it
again never submits it, and never writes over the text of another person. Many entries
are saved as those of a sheet are: all of them, or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import User
from accounts.versions import StaleRow
from commitments.models import MemberCommitment
from progress.actions.amendments import correct_entry
from progress.actions.drafting import edit_entry
from progress.actions.external_refs import (
    add_external_refs,
    lock_external_refs,
    lock_sent_entries,
    note_known_texts,
    put_external_ref,
    require_external_ref,
)
from progress.actions.instants import recorded_act
from progress.actions.saving_many import (
    REFUSALS,
    Refusal,
    TextsNotSaved,
    TextToSave,
    save_texts,
)
from progress.actions.transition import lock_for, lock_stocktakes, require_reason
from progress.entries.completeness import missing_fields
from progress.entries.states import entry_state_label
from progress.entries.text import EntryText, read_links, require_valid
from progress.models import Entry, ExternalRef, State, Stocktake
from progress.permissions import can_draft
from progress.transitions import Verb, is_legal

# Where an entry does not say to which stocktake it belongs. No slug has this sign.
ANY_STOCKTAKE: Final = "*"


@dataclass(frozen=True)
class SentEntry:
    """An entry as it is sent. Fields that `changes` does not name stay as they are."""

    member_commitment: MemberCommitment
    # Fields of `EntryText` by name, with `as_of` among them.
    changes: Mapping[str, Any]
    external_ref: str = ""
    # The slug of the stocktake that it must belong to. None: it must belong to none.
    stocktake: str | None = ANY_STOCKTAKE
    # Why a published entry is corrected, where it is.
    reason: str = ""


class SendOutcome(StrEnum):
    """The result for an entry that was sent."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CORRECTION = "correction"


@dataclass(frozen=True)
class SendResult:
    """The result for an entry that was sent, and the entry that has its text now."""

    outcome: SendOutcome
    entry: Entry


class EntriesNotSent(Exception):  # noqa: N818 - it names an answer, not a fault
    """Nothing was saved. `refusals` say why, by the place of the entry in the list."""

    def __init__(self, refusals: Mapping[int, Refusal]) -> None:
        super().__init__(f"{len(refusals)} refusals")
        self.refusals = refusals


@recorded_act
def send_entries(
    *, sent: Sequence[SentEntry], by: User, at: datetime, is_trial: bool = False
) -> list[SendResult]:
    """Save all of these entries, and return a result for each, in their order.

    `is_trial` does the same, and undoes it. Raises EntriesNotSent with every entry that
    is refused: PermissionDenied; StaleRow with the entry that another person wrote
    since; ValidationError, a dict of fields or with code `draft_exists`,
    `recall_first` or `illegal_transition`.
    """
    with transaction.atomic():
        results = _Sending(sent, by, at).run()
        if is_trial:
            transaction.set_rollback(True)
    return results


@recorded_act
def change_entry(
    *,
    entry_id: UUID,
    version: int,
    changes: Mapping[str, Any],
    external_ref: str | None = None,
    by: User,
    at: datetime,
) -> Entry:
    """Change some fields of a draft or a returned entry, and perhaps its reference.

    Raises as `edit_entry` and `put_external_ref` do.
    """
    lock_stocktakes()
    lock_external_refs(str(by.delegation))
    entry = lock_for(Verb.EDIT, entry_id, version=version, by=by, at=at)
    text = replace(EntryText.of(entry), **changes)
    _require_complete(entry, text)
    entry = edit_entry(entry_id=entry_id, version=version, text=text, by=by, at=at)
    if external_ref is not None:
        put_external_ref(entry, external_ref, by=by)
    note_known_texts([entry], by=by)
    return entry


@dataclass
class _Sending:
    """What is done with the entries of one request."""

    sent: Sequence[SentEntry]
    by: User
    at: datetime
    texts: dict[int, TextToSave] = field(default_factory=dict)
    results: dict[int, SendResult] = field(default_factory=dict)
    corrected: set[int] = field(default_factory=set)
    refusals: dict[int, Refusal] = field(default_factory=dict)
    seen: set[UUID] = field(default_factory=set)
    # What the sender calls each entry, by its place.
    names: list[str] = field(default_factory=list)

    def run(self) -> list[SendResult]:
        lock_stocktakes()
        self._read()
        for place, one in enumerate(self.sent):
            if place in self.refusals:
                continue
            try:
                self._take(place, one)
            except REFUSALS as refusal:
                self.refusals[place] = refusal
        self._save()
        self._note_refs()
        return [self.results[place] for place in range(len(self.sent))]

    def _read(self) -> None:
        """Read what is there already for the entries sent, in a few queries."""
        self.names = [self._name_of(place) for place in range(len(self.sent))]
        texts = set(filter(None, self.names))
        self.refs = lock_sent_entries(texts, str(self.by.delegation))
        read_links(ref.entry for ref in self.refs.values())
        owed = [one.member_commitment for one in self.sent]
        begun = Entry.objects.in_progress().filter(kind=Entry.Kind.UPDATE)
        begun = begun.filter(member_commitment__in=owed)
        self.begun = set(begun.values_list("member_commitment", flat=True))
        self.stocktakes = {one.plan_id: one for one in Stocktake.objects.open()}

    def _name_of(self, place: int) -> str:
        """Return the reference of an entry as it is stored. Empty: it has none."""
        try:
            return require_external_ref(self.sent[place].external_ref)
        except ValidationError as refusal:
            self.refusals[place] = refusal
            return ""

    def _take(self, place: int, one: SentEntry) -> None:
        """Find out what to do with one entry. Raises what `Refusal` names."""
        mine = one.member_commitment
        if not can_draft(self.by, mine):
            raise PermissionDenied
        if mine.pk in self.seen:
            sentence = _("This commitment is in the list twice. Remove one of the two.")
            raise _of_field("member_commitment", sentence, "twice")
        self.seen.add(mine.pk)
        ref = self.refs.get(self.names[place])
        if ref is None:
            self._begin(place, one)
        else:
            self._send_again(place, one, ref)

    def _begin(self, place: int, one: SentEntry) -> None:
        mine = one.member_commitment
        stocktake = self.stocktakes.get(mine.commitment.plan_id)
        _require_stocktake(one, stocktake)
        if mine.pk in self.begun:
            raise ValidationError(
                _("A draft already exists here. Change that draft instead."),
                code="draft_exists",
            )
        text = EntryText(**one.changes)
        has_evidence = bool(text.evidence)
        self.texts[place] = TextToSave(mine, text, sets_evidence=has_evidence)

    def _send_again(self, place: int, one: SentEntry, ref: ExternalRef) -> None:
        """Edit the entry with this reference, or correct it, or leave it as it is."""
        entry = ref.entry
        if entry.member_commitment_id != one.member_commitment.pk:
            sentence = _("The entry with this reference is about another commitment.")
            raise _of_field("external_ref", sentence, "other_commitment")
        _require_stocktake(one, entry.stocktake)
        if not (is_legal(Verb.EDIT, entry) or entry.state == State.PUBLISHED):
            raise ValidationError(
                _(
                    "The entry with this reference is “%(state)s”. Use its verb"
                    " `recall` before you send it again."
                ),
                code="recall_first",
                params={"state": entry_state_label(entry, self.by, self.at)},
            )
        present = EntryText.with_links(entry, entry.evidence_links.all())
        text = self._sound_text(one, entry, present)
        if text == present:
            self.results[place] = SendResult(SendOutcome.UNCHANGED, entry)
            return
        if entry.state == State.PUBLISHED:
            entry = self._begin_correction(place, one, entry)
        elif not _is_known(ref, by=self.by):
            raise StaleRow(entry)
        _require_complete(entry, text)
        self.texts[place] = TextToSave(
            one.member_commitment,
            text,
            entry.pk,
            entry.version,
            sets_evidence="evidence" in one.changes,
        )

    def _sound_text(
        self, one: SentEntry, entry: Entry, present: EntryText
    ) -> EntryText:
        """Return the text with its changes, as it would be stored."""
        text = require_valid(
            replace(present, **one.changes),
            adopted_on=one.member_commitment.commitment.plan.adopted_on,
            today=utc_day(self.at),
        )
        return text.in_language(entry.language)

    def _begin_correction(self, place: int, one: SentEntry, entry: Entry) -> Entry:
        self.corrected.add(place)
        return correct_entry(
            entry_id=entry.pk,
            version=entry.version,
            reason=require_reason(one.reason),
            by=self.by,
            at=self.at,
        )

    def _save(self) -> None:
        """Save the texts. Raises EntriesNotSent if any entry is refused."""
        try:
            saved = save_texts(list(self.texts.values()), by=self.by, at=self.at)
        except TextsNotSaved as error:
            self.refusals |= {
                place: error.refusals[one.member_commitment.pk]
                for place, one in self.texts.items()
                if one.member_commitment.pk in error.refusals
            }
        if self.refusals:
            raise EntriesNotSent(dict(sorted(self.refusals.items())))
        by_commitment = {entry.member_commitment_id: entry for entry in saved}
        for place, one in self.texts.items():
            entry = by_commitment[one.member_commitment.pk]
            self.results[place] = SendResult(self._outcome_of(place), entry)

    def _outcome_of(self, place: int) -> SendOutcome:
        if place in self.corrected:
            return SendOutcome.CORRECTION
        is_new = self.texts[place].entry_id is None
        return SendOutcome.NEW if is_new else SendOutcome.CHANGED

    def _note_refs(self) -> None:
        new: list[tuple[Entry, str]] = []
        known: list[Entry] = []
        for place, result in self.results.items():
            if not (text := self.names[place]):
                continue
            if result.outcome is SendOutcome.NEW:
                new.append((result.entry, text))
            elif result.entry.state != State.PUBLISHED:
                known.append(result.entry)
        add_external_refs(new, by=self.by)
        note_known_texts(known, by=self.by)


def _is_known(ref: ExternalRef, *, by: User) -> bool:
    """Whether no one else wrote the entry since this sender sent it or changed it."""
    entry = ref.entry
    known = (ref.known_text_by_id, ref.known_text_at)
    is_same = ref.sender_id == by.pk and known == (
        entry.written_by_id,
        entry.written_at,
    )
    return is_same or entry.written_by_id == by.pk


def _require_stocktake(one: SentEntry, stocktake: Stocktake | None) -> None:
    slug = stocktake.slug if stocktake else None
    if one.stocktake in {ANY_STOCKTAKE, slug}:
        return
    sentence = _("The entry belongs to no stocktake. Leave the field out.")
    if slug:
        sentence = _("The entry belongs to the stocktake “%(slug)s”.") % {"slug": slug}
    raise _of_field("stocktake", sentence, "other_stocktake")


def _require_complete(entry: Entry, text: EntryText) -> None:
    """Refuse a returned entry without a status or a narrative: its reviewer read it."""
    if entry.state != State.RETURNED:
        return
    filled = Entry(status=text.status, narrative=text.narrative)
    if missing := missing_fields(filled):
        raise ValidationError(
            {
                name: ValidationError(sentence, code="incomplete")
                for name, sentence in missing.items()
            }
        )


def _of_field(name: str, sentence: str, code: str) -> ValidationError:
    return ValidationError({name: ValidationError(sentence, code=code)})
