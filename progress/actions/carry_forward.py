"""Carry a text forward to the next stocktake, and confirm that it is still true."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.dates import reader_day, utc_day
from accounts.models import User
from accounts.versions import StaleRow
from commitments.models import MemberCommitment
from progress.actions.drafting import add_author, insert_draft
from progress.actions.instants import recorded_act
from progress.actions.search import put_search_rows
from progress.actions.transition import lock_for, lock_stocktakes, record_entry
from progress.entries.carry_forward import find_published, unchanged_from
from progress.entries.text import EntryText, require_valid
from progress.models import Entry, Stocktake
from progress.permissions import can_draft
from progress.transitions import Verb


@recorded_act
def carry_forward(
    *, member_commitment: MemberCommitment, by: User, at: datetime
) -> Entry:
    """Create an update from the present position, with its label and evidence.

    It is marked with the day since which the text is unchanged. It cannot be submitted
    until a person confirms or edits it. Its date is today, until a person says when the
    text is true. Who carries it forward changes nothing, and so is not its author.

    Raises PermissionDenied, or ValidationError with code `nothing_to_carry` or
    `draft_exists`.
    """
    lock_stocktakes()
    if not can_draft(by, member_commitment):
        raise PermissionDenied
    published = find_published(member_commitment, at)
    if published is None:
        raise ValidationError(
            _("There is no published text here to start from."),
            code="nothing_to_carry",
        )
    return _carried(published, member_commitment, by=by, at=at)


def _carried(
    published: Entry, member_commitment: MemberCommitment, *, by: User, at: datetime
) -> Entry:
    entry = Entry(
        member_commitment=member_commitment,
        stocktake=Stocktake.objects.open()
        .filter(plan=member_commitment.commitment.plan_id)
        .first(),
        unchanged_since=unchanged_from(published),
    )
    text = replace(EntryText.of(published), as_of=reader_day(at, by.time_zone))
    return insert_draft(entry, text, by=by, at=at, event="carry")


@recorded_act
def confirm_entry(
    *, entry_id: UUID, version: int, by: User, at: datetime, as_of: date
) -> Entry:
    """Confirm that a text carried forward is still true, as of a day.

    By rule 1 this is an edit: the same people may do it, in the same states. The person
    who confirms counts as an author, and so cannot clear the entry.

    Raises as `edit_entry`, or ValidationError with code `nothing_to_confirm`.
    """
    entry = lock_for(Verb.EDIT, entry_id, version=version, by=by, at=at)
    if entry.unchanged_since is None:
        raise ValidationError(
            _("This is a new draft. Only texts carried forward need confirming."),
            code="nothing_to_confirm",
        )
    return _confirmed(entry, by=by, at=at, as_of=as_of)


@recorded_act
def confirm_published(
    *, entry_id: UUID, version: int, by: User, at: datetime, as_of: date
) -> Entry:
    """Carry a published text forward and confirm it, in one step.

    Raises Entry.DoesNotExist, PermissionDenied, StaleRow (with the published entry) if
    another text is published there now, or ValidationError as `confirm_entry` and
    `carry_forward`.
    """
    lock_stocktakes()
    published = (
        Entry.objects.visible_to(by, at)
        .select_related("member_commitment__commitment__plan")
        .select_related("member_commitment__member")
        .get(pk=entry_id)
    )
    member_commitment = published.member_commitment
    if not can_draft(by, member_commitment):
        raise PermissionDenied
    if published.version != version or published != find_published(
        member_commitment, at
    ):
        raise StaleRow(published)
    draft = _carried(published, member_commitment, by=by, at=at)
    return _confirmed(draft, by=by, at=at, as_of=as_of)


def _confirmed(entry: Entry, *, by: User, at: datetime, as_of: date) -> Entry:
    entry.as_of = as_of
    _require_day(entry, at)
    entry.confirmed_at, entry.confirmed_by = at, by
    entry.written_at, entry.written_by = at, by
    entry.version += 1
    entry.save(
        update_fields=[
            "as_of", "confirmed_at", "confirmed_by", "written_at", "written_by",
            "version",
        ]
    )  # fmt: skip
    put_search_rows([entry])
    add_author(entry, by=by, at=at)
    record_entry("confirm", entry, by=by, at=at)
    return entry


def _require_day(entry: Entry, at: datetime) -> None:
    """Refuse a day outside the plan's time, or before the text was first true."""
    plan = entry.member_commitment.commitment.plan
    day = EntryText(as_of=entry.as_of)
    require_valid(day, adopted_on=plan.adopted_on, today=utc_day(at))
    since = entry.unchanged_since
    if since is not None and entry.as_of < since:
        sentence = _("Choose %(since)s or a later day: the text is from that day.")
        problem = ValidationError(
            sentence, code="out_of_range", params={"since": since.isoformat()}
        )
        raise ValidationError({"as_of": problem})
