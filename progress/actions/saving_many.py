"""Begin and edit many updates at once, by the rules that hold for one.

`draft_entry` and `edit_entry` ask the database a dozen times for one update. Here each
question is asked once for all of them. What is written for an update is the same: its
row, its words for the search, its evidence, its first transition, its author and its
event. All of them are written, or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.dates import utc_day
from accounts.models import User
from accounts.versions import StaleRow, require_version
from audit.record import add_events
from commitments.models import MemberCommitment
from progress.actions.drafting import (
    COLUMNS_OF_AN_EDIT,
    add_authors,
    first_transition,
    put_text,
)
from progress.actions.evidence import put_evidence
from progress.actions.search import put_search_rows
from progress.actions.transition import entry_event, lock_stocktakes
from progress.entries.carry_forward import mark_unchanged_from
from progress.entries.text import EDITED_FIELDS, EntryText, require_valid
from progress.models import Entry, EntryEvidence, Evidence, Stocktake, Transition
from progress.permissions import can, can_draft
from progress.transitions import Verb, is_legal

# Why one of the updates cannot be saved.
Refusal = StaleRow | PermissionDenied | ValidationError
REFUSALS: Final = (StaleRow, PermissionDenied, ValidationError)


@dataclass(frozen=True)
class TextToSave:
    """The text of one entry: of a new update, or of `entry_id` at this version.

    The evidence of an entry that is edited stays as it is, unless `sets_evidence`.
    """

    member_commitment: MemberCommitment
    text: EntryText
    entry_id: UUID | None = None
    version: int = 0
    # Whether the items of the text replace the evidence, new links and citations too.
    sets_evidence: bool = False


class TextsNotSaved(Exception):  # noqa: N818 - it names an answer, not a fault
    """Nothing was saved. `refusals` say why, by member commitment."""

    def __init__(self, refusals: Mapping[UUID, Refusal]) -> None:
        super().__init__(f"{len(refusals)} refusals")
        self.refusals = refusals


@dataclass
class _Batch:
    """The rows to write, and what their rules need to know."""

    by: User
    at: datetime
    stocktakes: Mapping[int, Stocktake]
    locked: Mapping[UUID, Entry]
    published: Mapping[UUID, Entry]
    new: list[Entry] = field(default_factory=list)
    edited: list[Entry] = field(default_factory=list)
    evidence: list[EntryEvidence] = field(default_factory=list)
    # Entries whose evidence is set to the items of a text.
    put: list[tuple[Entry, EntryText]] = field(default_factory=list)

    def add(self, one: TextToSave) -> None:
        """Add what is written for one text. Raises what `Refusal` names."""
        plan = one.member_commitment.commitment.plan
        text = require_valid(
            one.text, adopted_on=plan.adopted_on, today=utc_day(self.at)
        )
        if one.entry_id is None:
            self._begin(one, text)
        else:
            self._edit(self._entry_of(one), text, sets_evidence=one.sets_evidence)

    def _begin(self, one: TextToSave, text: EntryText) -> None:
        mine = one.member_commitment
        if not can_draft(self.by, mine):
            raise PermissionDenied
        stocktake = self.stocktakes.get(mine.commitment.plan_id)
        entry = Entry(member_commitment=mine, stocktake=stocktake)
        self._put(entry, text.in_language(mine.member.language))
        self.new.append(entry)
        if one.sets_evidence:
            self.put.append((entry, text))
            return
        for position, item in enumerate(text.evidence):
            if item.id is None:  # only what the delegation has already
                raise PermissionDenied
            self.evidence.append(
                EntryEvidence(entry=entry, evidence_id=item.id, position=position)
            )

    def _entry_of(self, one: TextToSave) -> Entry:
        """Return the row to edit, after the checks that `lock_for` makes for one."""
        entry = self.locked.get(one.entry_id) if one.entry_id else None
        if entry is None or entry.member_commitment_id != one.member_commitment.pk:
            raise StaleRow(None)
        entry.member_commitment = one.member_commitment
        require_version(entry, one.version)
        if not can(Verb.EDIT, self.by, entry, at=self.at):
            raise PermissionDenied
        if not is_legal(Verb.EDIT, entry):
            raise StaleRow(entry)
        return entry

    def _edit(self, entry: Entry, text: EntryText, *, sets_evidence: bool) -> None:
        text = text.in_language(entry.language)
        is_same = all(
            getattr(entry, name) == getattr(text, name) for name in EDITED_FIELDS
        )
        if is_same and not (sets_evidence and EntryText.of(entry) != text):
            return
        if sets_evidence:
            self.put.append((entry, text))
        self._put(entry, text)
        entry.version += 1
        self.edited.append(entry)

    def _put(self, entry: Entry, text: EntryText) -> None:
        published = self.published.get(entry.member_commitment_id)
        mark_unchanged_from(published, entry, text, by=self.by, at=self.at)
        put_text(entry, text, by=self.by, at=self.at)


def save_texts(texts: Sequence[TextToSave], *, by: User, at: datetime) -> list[Entry]:
    """Save the texts of many updates, and return those that were written.

    It runs in the transaction of the act that calls it. Raises TextsNotSaved with
    every text that is refused.
    """
    lock_stocktakes()
    batch = _read(texts, by=by, at=at)
    refusals: dict[UUID, Refusal] = {}
    for one in texts:
        try:
            batch.add(one)
        except REFUSALS as refusal:
            refusals[one.member_commitment.pk] = refusal
    if refusals:
        raise TextsNotSaved(refusals)
    _require_own_evidence(batch)
    _insert(batch.new)
    _update(batch.edited)
    _write_beside(batch)
    return [*batch.new, *batch.edited]


def _read(texts: Sequence[TextToSave], *, by: User, at: datetime) -> _Batch:
    """Lock the updates to edit, and read what the rules of all need."""
    owed = MemberCommitment.objects.filter(
        pk__in=[one.member_commitment.pk for one in texts]
    )
    ids = [one.entry_id for one in texts if one.entry_id]
    # In one order, so that two such acts do not wait for each other.
    visible = Entry.objects.visible_to(by, at).filter(pk__in=ids).order_by("pk")
    published = Entry.objects.positions(owed, at=utc_day(at), known_at=at)
    return _Batch(
        by=by,
        at=at,
        stocktakes={one.plan_id: one for one in Stocktake.objects.open()},
        locked={entry.pk: entry for entry in visible.select_for_update(of=("self",))},
        published={entry.member_commitment_id: entry for entry in published},
    )


def _require_own_evidence(batch: _Batch) -> None:
    """Refuse evidence that is not the delegation's, or that this person cannot see."""
    named = {link.evidence_id for link in batch.evidence}
    visible = Evidence.objects.visible_to(batch.by, batch.at).filter(
        member=batch.by.delegation, pk__in=named
    )
    known = set(visible.values_list("pk", flat=True)) if named else set()
    refusals: dict[UUID, Refusal] = {
        link.entry.member_commitment_id: PermissionDenied()
        for link in batch.evidence
        if link.evidence_id not in known
    }
    if refusals:
        raise TextsNotSaved(refusals)


def _insert(new: Sequence[Entry]) -> None:
    """Insert new updates. A colleague may have begun one of them just now."""
    try:
        with transaction.atomic():
            Entry.objects.bulk_create(new)
    except IntegrityError as error:
        mine = [entry.member_commitment_id for entry in new]
        begun = Entry.objects.in_progress().filter(
            member_commitment__in=mine, kind=Entry.Kind.UPDATE
        )
        refusals = {entry.member_commitment_id: StaleRow(entry) for entry in begun}
        if not refusals:
            raise
        raise TextsNotSaved(refusals) from error


def _update(edited: Sequence[Entry]) -> None:
    """Write the columns of an edit, row by row in one round trip."""
    every = Entry._meta.concrete_fields
    fields = [field for field in every if field.name in COLUMNS_OF_AN_EDIT]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    sql = f"UPDATE progress_entry SET {columns} WHERE id = %s"  # noqa: S608 - our own names only
    rows = [
        [*(getattr(entry, field.attname) for field in fields), entry.pk]
        for entry in edited
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def _write_beside(batch: _Batch) -> None:
    """Write what belongs to the rows: search, evidence, moves, authors and events."""
    by, at = batch.by, batch.at
    every = [*batch.new, *batch.edited]
    EntryEvidence.objects.bulk_create(batch.evidence)
    for entry, text in batch.put:
        put_evidence(entry, text, by=by, at=at)
    put_search_rows(every)
    Transition.objects.bulk_create(
        first_transition(entry, by=by, at=at) for entry in batch.new
    )
    add_authors(every, by=by, at=at)
    begun = [entry_event("draft", entry, by=by, at=at) for entry in batch.new]
    changed = [entry_event(Verb.EDIT, entry, by=by, at=at) for entry in batch.edited]
    add_events([*begun, *changed])
