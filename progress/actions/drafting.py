"""Write an entry: create a draft, edit it, discard it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import User
from commitments.models import MemberCommitment
from progress.actions.evidence import put_evidence
from progress.actions.instants import recorded_act
from progress.actions.search import put_search_rows
from progress.actions.transition import apply, lock_for, lock_stocktakes, record_entry
from progress.entries.carry_forward import UNCHANGED_TEXT_FIELDS, mark_unchanged_text
from progress.entries.text import EDITED_FIELDS, EntryText, require_valid
from progress.models import Entry, EntryAuthor, State, Stocktake, Transition
from progress.permissions import can_draft
from progress.transitions import Verb

# What an edit changes, besides the rows of the evidence.
COLUMNS_OF_AN_EDIT: Final = (
    *EDITED_FIELDS,
    *UNCHANGED_TEXT_FIELDS,
    "written_at",
    "written_by",
    "version",
)


@recorded_act
def draft_entry(
    *, member_commitment: MemberCommitment, text: EntryText, by: User, at: datetime
) -> Entry:
    """Create an update on a member commitment, in the open stocktake if there is one.

    Raises PermissionDenied, or ValidationError: a dict of fields, or code
    `draft_exists` if an update is already in progress.
    """
    lock_stocktakes()
    if not can_draft(by, member_commitment):
        raise PermissionDenied
    plan = member_commitment.commitment.plan
    text = require_valid(text, adopted_on=plan.adopted_on, today=utc_day(at))
    entry = Entry(
        member_commitment=member_commitment,
        stocktake=Stocktake.objects.open().filter(plan=plan).first(),
    )
    mark_unchanged_text(entry, text, by=by, at=at)
    insert_draft(entry, text, by=by, at=at)
    add_author(entry, by=by, at=at)
    return entry


def add_author(entry: Entry, *, by: User, at: datetime) -> None:
    """Keep who changed an entry since its draft began: they cannot clear it (rule 1).

    A person who only carried a text forward changed nothing.
    """
    add_authors([entry], by=by, at=at)


def add_authors(entries: Iterable[Entry], *, by: User, at: datetime) -> None:
    """Keep that a person changed these entries, as `add_author` does for one."""
    EntryAuthor.objects.bulk_create(
        [EntryAuthor(entry=entry, user=by, first_changed_at=at) for entry in entries],
        ignore_conflicts=True,
    )


def insert_draft(
    entry: Entry, text: EntryText, *, by: User, at: datetime, event: str = "draft"
) -> Entry:
    """Insert a new draft with its text, its first transition and its event.

    A text without a language gets that of its member.

    Raises ValidationError with code `draft_exists`.
    """
    text = text.in_language(entry.member_commitment.member.language)
    put_text(entry, text, by=by, at=at)
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            _("A draft already exists here. Open that draft instead."),
            code="draft_exists",
        ) from error
    put_evidence(entry, text, by=by, at=at)
    put_search_rows([entry])
    first_transition(entry, by=by, at=at).save()
    record_entry(event, entry, by=by, at=at)
    return entry


def first_transition(entry: Entry, *, by: User, at: datetime) -> Transition:
    """Return the move with which a draft begins. It is not saved yet."""
    return Transition(entry=entry, verb=Verb.EDIT, after=State.DRAFT, at=at, by=by)


@recorded_act
def edit_entry(
    *, entry_id: UUID, version: int, text: EntryText, by: User, at: datetime
) -> Entry:
    """Replace the text of a draft or a returned entry.

    If nothing differs, nothing is written: the person does not become its author.

    Raises StaleRow, PermissionDenied, or ValidationError: a dict of fields, or
    code `illegal_transition`.
    """
    entry = lock_for(Verb.EDIT, entry_id, version=version, by=by, at=at)
    plan = entry.member_commitment.commitment.plan
    text = require_valid(text, adopted_on=plan.adopted_on, today=utc_day(at))
    text = text.in_language(entry.language)
    if EntryText.of(entry) == text:
        return entry
    mark_unchanged_text(entry, text, by=by, at=at)
    put_text(entry, text, by=by, at=at)
    entry.version += 1
    entry.save(update_fields=COLUMNS_OF_AN_EDIT)
    put_evidence(entry, text, by=by, at=at)
    put_search_rows([entry])
    add_author(entry, by=by, at=at)
    record_entry(Verb.EDIT, entry, by=by, at=at)
    return entry


@recorded_act
def discard_entry(*, entry_id: UUID, version: int, by: User, at: datetime) -> Entry:
    """Discard a draft for good. The row stays, and the delegation can still read it.

    Raises as `lock_for` does.
    """
    entry = lock_for(Verb.DISCARD, entry_id, version=version, by=by, at=at)
    return apply(entry, Verb.DISCARD, by=by, at=at)


def put_text(entry: Entry, text: EntryText, *, by: User, at: datetime) -> None:
    """Set the text of an entry, and who wrote it. It is not saved yet."""
    for name in EDITED_FIELDS:
        setattr(entry, name, getattr(text, name))
    entry.written_at, entry.written_by = at, by
