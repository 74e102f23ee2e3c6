"""From one stocktake to the next: carry a text forward, and confirm that it holds."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.models import User
from audit.transactions import retried
from commitments.models import MemberCommitment
from progress.actions.drafting import insert_draft
from progress.actions.transition import hold_stocktakes, lock_for, record_entry
from progress.entries.carry_forward import find_published, unchanged_from
from progress.entries.text import EntryText, require_valid
from progress.models import Entry, Stocktake
from progress.permissions import can_draft
from progress.transitions import Verb


@retried
def carry_forward(
    *, member_commitment: MemberCommitment, by: User, at: datetime
) -> Entry:
    """Begin an update from what stands published, its label and evidence included.

    It is marked with the day from which the words have stood, and is not submitted
    until somebody confirms or edits it. The date is today's: it has to hold now.

    Raises PermissionDenied, or ValidationError with code `nothing_to_carry` or
    `draft_exists`.
    """
    hold_stocktakes()
    if not can_draft(by, member_commitment):
        raise PermissionDenied
    standing = find_published(member_commitment, at)
    if standing is None:
        raise ValidationError(
            _("Nothing is published here yet that could be carried forward."),
            code="nothing_to_carry",
        )
    entry = Entry(
        member_commitment=member_commitment,
        stocktake=Stocktake.objects.open()
        .filter(plan=member_commitment.commitment.plan_id)
        .first(),
        unchanged_since=unchanged_from(standing),
    )
    text = replace(EntryText.of(standing), as_of=utc_day(at))
    return insert_draft(entry, text, by=by, at=at, event="carry")


@retried
def confirm_entry(
    *,
    entry_id: UUID,
    version: int,
    by: User,
    at: datetime,
    as_of: date | None = None,
) -> Entry:
    """Say that the words carried forward still hold, as of today unless told.

    By rule 1 this is an edit: the same people, in the same states. Whoever confirms
    answers for the words as if they had written them, and does not sign them alone.

    Raises as `edit_entry`, or ValidationError with code `nothing_to_confirm`.
    """
    entry = lock_for(Verb.EDIT, entry_id, version=version, by=by, at=at)
    if entry.unchanged_since is None:
        raise ValidationError(
            _("These are not words carried forward: there is nothing to confirm."),
            code="nothing_to_confirm",
        )
    entry.as_of = as_of or utc_day(at)
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
    record_entry("confirm", entry, by=by, at=at)
    return entry


def _require_day(entry: Entry, at: datetime) -> None:
    """From the plan's adoption to today, and not before the words first stood."""
    plan = entry.member_commitment.commitment.plan
    day = EntryText(as_of=entry.as_of)
    require_valid(day, adopted_on=plan.adopted_on, today=utc_day(at))
    since = entry.unchanged_since
    if since is not None and entry.as_of < since:
        sentence = _("These words have stood since %(since)s: not before.")
        problem = ValidationError(
            sentence, code="out_of_range", params={"since": since.isoformat()}
        )
        raise ValidationError({"as_of": problem})
