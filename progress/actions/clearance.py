"""Move an entry inside its delegation: from a draft to the head's clearance."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from progress.actions.instants import recorded_act
from progress.actions.scans import require_files
from progress.actions.transition import apply, lock_for, require_reason
from progress.entries.completeness import (
    is_unconfirmed,
    missing_fields,
    unconfirmed_sentence,
)
from progress.entries.signatures import CapitalApproval
from progress.models import Clearance, Entry, State, Stocktake
from progress.stocktakes.deadlines import is_accepted_at
from progress.transitions import Verb, next_state


@recorded_act
def submit_entry(*, entry_id: UUID, version: int, by: User, at: datetime) -> Entry:
    """Send a draft for clearance, or to its reviewer if the member skips clearance.

    Raises StaleRow, PermissionDenied, or ValidationError with code
    `illegal_transition`, `incomplete`, `unconfirmed`, `file_held`, `closed`, `too_late`
    or `chair_alone`.
    """
    entry = lock_for(Verb.SUBMIT, entry_id, version=version, by=by, at=at)
    _join_open_stocktake(entry, by=by, at=at)
    _require_complete(entry)
    _require_confirmed(entry)
    require_files(entry, Verb.SUBMIT)
    _require_open_for(entry, by=by, at=at)
    fields = ["stocktake"]
    if next_state(Verb.SUBMIT, entry) is State.SUBMITTED:
        fields += _reach_presidency(entry, by=by, at=at)
    return apply(entry, Verb.SUBMIT, by=by, at=at, fields=fields)


@recorded_act
def send_back_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Send an entry back to its officers as a draft, with the head's reason.

    Raises as `lock_for` and `require_reason` do.
    """
    entry = lock_for(Verb.SEND_BACK, entry_id, version=version, by=by, at=at)
    reason = require_reason(reason)
    return apply(entry, Verb.SEND_BACK, by=by, at=at, reason=reason)


@recorded_act
def clear_entry(
    *,
    entry_id: UUID,
    version: int,
    by: User,
    at: datetime,
    capital_reference: str = "",
    capital_dated_on: date | None = None,
) -> Entry:
    """Clear an entry for its member, which sends it to its reviewer.

    Raises StaleRow, PermissionDenied (also for text the head wrote), or ValidationError
    as `submit_entry`, or a dict for the fields of the capital's approval.
    """
    entry = lock_for(Verb.CLEAR, entry_id, version=version, by=by, at=at)
    adopted_on = entry.member_commitment.commitment.plan.adopted_on
    approval = CapitalApproval(capital_reference, capital_dated_on)
    approval = approval.require_valid(adopted_on=adopted_on, at=at)
    require_files(entry, Verb.CLEAR)
    _join_open_stocktake(entry, by=by, at=at)
    _require_open_for(entry, by=by, at=at)
    _sign(entry, approval, by=by, at=at)
    fields = ["stocktake", *_reach_presidency(entry, by=by, at=at)]
    return apply(entry, Verb.CLEAR, by=by, at=at, fields=fields)


@recorded_act
def recall_entry(*, entry_id: UUID, version: int, by: User, at: datetime) -> Entry:
    """Take an entry back as a draft. It then counts as not yet submitted.

    Raises as `lock_for` does.
    """
    entry = lock_for(Verb.RECALL, entry_id, version=version, by=by, at=at)
    if entry.state == State.SUBMITTED:
        entry.submitted_at = entry.submitted_by = None
    return apply(
        entry, Verb.RECALL, by=by, at=at, fields=["submitted_at", "submitted_by"]
    )


def _sign(entry: Entry, approval: CapitalApproval, *, by: User, at: datetime) -> None:
    """Record the clearance. Without a `submit` on record the writer is the sender."""
    submissions = entry.transitions.filter(verb=Verb.SUBMIT)
    sent = submissions.select_related("by").order_by("-at", "-pk").first()
    Clearance.objects.create(
        entry=entry,
        sent_by=sent.by if sent else entry.written_by,
        sent_at=sent.at if sent else entry.written_at,
        cleared_by=by,
        cleared_at=at,
        capital_reference=approval.reference,
        capital_dated_on=approval.dated_on,
        acting_head_id=by.acting_head_at(at),
    )


def _reach_presidency(entry: Entry, *, by: User, at: datetime) -> list[str]:
    """Set when the entry was first submitted, and return the fields it sets.

    A later submission does not change it: a return must not make an entry late.
    """
    if entry.submitted_at is None:
        entry.submitted_at, entry.submitted_by = at, by
    return ["submitted_at", "submitted_by"]


def _join_open_stocktake(entry: Entry, *, by: User, at: datetime) -> None:
    """Let an update without a stocktake join the one that is open now.

    A correction or withdrawal of an entry without a stocktake stays outside, or an old
    fact would count as current. The chair's own join all the same: only a stocktake
    names their reviewer.
    """
    joins = entry.kind == Entry.Kind.UPDATE or entry.member_code == by.chair_at(at)
    if entry.stocktake is None and joins:
        plan_id = entry.member_commitment.commitment.plan_id
        entry.stocktake = Stocktake.objects.open().filter(plan_id=plan_id).first()


def _require_complete(entry: Entry) -> None:
    missing = {
        field: [ValidationError(sentence, code="incomplete")]
        for field, sentence in missing_fields(entry).items()
    }
    if missing:
        raise ValidationError(missing)


def _require_confirmed(entry: Entry) -> None:
    if is_unconfirmed(entry):
        raise ValidationError(unconfirmed_sentence(entry), code="unconfirmed")


def _require_open_for(entry: Entry, *, by: User, at: datetime) -> None:
    """Refuse an entry that comes too late, or that no one could review.

    Corrections and withdrawals have no deadline. The chair's own entries need a
    stocktake, since it names the second reviewer: the chair cannot publish its own.
    """
    stocktake = entry.stocktake
    if stocktake is None:
        if entry.member_code == by.chair_at(at):
            raise ValidationError(
                _(
                    "Your member holds the Presidency, so its entries need an open"
                    " stocktake. Wait until one is open."
                ),
                code="chair_alone",
            )
        return
    if entry.kind != Entry.Kind.UPDATE:
        return
    if stocktake.state is not Stocktake.State.OPEN:
        raise ValidationError(_("This stocktake is closed."), code="closed")
    if not is_accepted_at(stocktake, entry.member_code, at):
        raise ValidationError(
            _("The deadline and the days of grace have passed."), code="too_late"
        )
