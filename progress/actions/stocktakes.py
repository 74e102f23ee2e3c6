"""Running a stocktake: plan, open, close."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Presidency, User
from audit.record import record
from progress.actions.ledger import seal_ledger
from progress.actions.moving import hold_stocktakes
from progress.closing import closing_hash
from progress.models import Entry, State, Stocktake
from progress.permissions import can_run_stocktakes, can_second_review


@transaction.atomic
def plan_stocktake(*, stocktake: Stocktake, by: User, at: datetime) -> Stocktake:
    """Announce a stocktake: the row is given unsaved, with its plan and dates."""
    _require_leave(by, at)
    if not stocktake.opens_at < stocktake.due_at <= stocktake.grace_ends_at:
        raise ValidationError(
            _("A stocktake opens before it is due, and grace ends last."),
            code="dates_out_of_order",
        )
    try:
        with transaction.atomic():
            stocktake.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            _("This plan already has a stocktake of that name."), code="unique"
        ) from error
    record(verb="stocktake.plan", target=stocktake, by=by, at=at)
    return stocktake


@transaction.atomic
def open_stocktake(
    *, stocktake_id: UUID, second_reviewer: User, by: User, at: datetime
) -> Stocktake:
    """Open it, naming who reviews the chair's own entries.

    Raises PermissionDenied, or ValidationError with code `illegal_transition`,
    `another_is_open` or `second_reviewer`.
    """
    stocktake = _locked(stocktake_id, Stocktake.State.PLANNED, by=by, at=at)
    if Stocktake.objects.open().filter(plan=stocktake.plan).exists():
        raise ValidationError(
            _("Another stocktake of this plan is still open."), code="another_is_open"
        )
    chairs = Presidency.objects.between(
        min(at, stocktake.opens_at), stocktake.grace_ends_at
    )
    if not can_second_review(
        second_reviewer,
        chairs=frozenset(chairs.values_list("member_id", flat=True)),
    ):
        raise ValidationError(
            _(
                "The second reviewer must belong to a member that does not hold the"
                " chair at any time while the stocktake is open."
            ),
            code="second_reviewer",
        )
    stocktake.second_reviewer = second_reviewer
    stocktake.opened_at, stocktake.opened_by = at, by
    stocktake.save(update_fields=["second_reviewer", "opened_at", "opened_by"])
    record(verb="stocktake.open", target=stocktake, by=by, at=at)
    return stocktake


@transaction.atomic
def close_stocktake(*, stocktake_id: UUID, by: User, at: datetime) -> Stocktake:
    """Close it once no entry waits for review. Drafts lose it, and stay.

    Raises PermissionDenied, or ValidationError with code `illegal_transition` or
    `entries_wait`.
    """
    stocktake = _locked(stocktake_id, Stocktake.State.OPEN, by=by, at=at)
    updates = Entry.objects.filter(stocktake=stocktake, kind=Entry.Kind.UPDATE)
    if updates.filter(state=State.SUBMITTED).exists():
        raise ValidationError(
            _("Entries still wait for review: publish or return them first."),
            code="entries_wait",
        )
    under_work = [State.DRAFT, State.IN_CLEARANCE, State.RETURNED]
    updates.filter(state__in=under_work).update(stocktake=None)
    stocktake.closed_at, stocktake.closed_by = at, by
    head = seal_ledger(at)
    stocktake.closing_head = head.sha256 if head else ""
    stocktake.closing_sha256 = closing_hash(stocktake)
    stocktake.save(
        update_fields=["closed_at", "closed_by", "closing_head", "closing_sha256"]
    )
    record(verb="stocktake.close", target=stocktake, by=by, at=at)
    return stocktake


def _require_leave(by: User, at: datetime) -> None:
    if not can_run_stocktakes(by, at=at):
        raise PermissionDenied


def _locked(
    stocktake_id: UUID, expected: Stocktake.State, *, by: User, at: datetime
) -> Stocktake:
    hold_stocktakes(alone=True)
    stocktake = Stocktake.objects.select_related("plan").get(pk=stocktake_id)
    _require_leave(by, at)
    if stocktake.state is not expected:
        raise ValidationError(
            _("This stocktake is %(state)s: that is not possible now."),
            code="illegal_transition",
            params={"state": stocktake.state.label},
        )
    return stocktake
