"""Manage a stocktake: plan it, change it, open it, close it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from progress.actions.instants import recorded_act, recorded_instant
from progress.actions.ledger import lock_ledger, seal_ledger
from progress.actions.trail import append_basis, append_to_trail
from progress.actions.transition import lock_stocktakes
from progress.ledger.chain import instant
from progress.ledger.closing_hash import closing_hash
from progress.models import Entry, State, Stocktake, TrailRecord
from progress.permissions import can_run_stocktakes, can_second_review
from progress.stocktakes.deadlines import latest_end
from progress.stocktakes.second_review import chairs_during
from progress.stocktakes.terms import Terms, require_dates, require_title, slug_from

# Entries in these states leave a stocktake that closes: they are not submitted.
NOT_SUBMITTED = (State.DRAFT, State.IN_CLEARANCE, State.RETURNED)


@recorded_act
def plan_stocktake(*, stocktake: Stocktake, by: User, at: datetime) -> Stocktake:
    """Add a planned stocktake from an unsaved row with its plan, title and dates.

    Its slug is made from the title unless it has one. Raises PermissionDenied, or
    ValidationError: a dict of fields, or code `overlaps`.
    """
    lock_stocktakes(exclusive=True)
    require_stocktake_runner(by, at)
    stocktake.title = require_title(stocktake.title)
    stocktake.slug = stocktake.slug or slug_from(stocktake.title)
    terms = Terms.of(stocktake)
    require_dates(terms, plan=stocktake.plan, at=at)
    _refuse_overlap(stocktake, terms)
    try:
        with transaction.atomic():
            stocktake.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            {
                "slug": [
                    _("This plan already has a stocktake of that name. Choose another.")
                ]
            },
            code="unique",
        ) from error
    record_stocktake("plan", stocktake, by=by, at=at, **_dates(terms))
    return stocktake


@recorded_act
def edit_stocktake(
    *, stocktake_id: UUID, version: int, terms: Terms, by: User, at: datetime
) -> Stocktake:
    """Change the title and, while the stocktake is only planned, the dates.

    The dates of an open stocktake never change: an extension gives more time. Raises
    PermissionDenied, StaleRow, or ValidationError: a dict of fields, or code
    `illegal_transition`, `dates_are_set` or `overlaps`.
    """
    states = {Stocktake.State.PLANNED, Stocktake.State.OPEN}
    stocktake = lock_stocktake_for(stocktake_id, version, states, by=by, at=at)
    stocktake.title = require_title(terms.title)
    if terms.dates != Terms.of(stocktake).dates:
        if stocktake.state is not Stocktake.State.PLANNED:
            raise ValidationError(
                _(
                    "The dates of an open stocktake cannot change. To give more time,"
                    " grant an extension."
                ),
                code="dates_are_set",
            )
        require_dates(terms, plan=stocktake.plan, at=at)
        _refuse_overlap(stocktake, terms)
        stocktake.opens_at, stocktake.due_at, stocktake.grace_ends_at = terms.dates
    save_stocktake(stocktake, "title", "opens_at", "due_at", "grace_ends_at")
    record_stocktake("edit", stocktake, by=by, at=at, **_dates(terms))
    return stocktake


@recorded_act
def cancel_stocktake(
    *, stocktake_id: UUID, version: int, by: User, at: datetime
) -> Stocktake:
    """Delete a stocktake that never opened. Its events stay.

    Raises PermissionDenied, StaleRow, or ValidationError with code
    `illegal_transition` or `in_use`.
    """
    planned = {Stocktake.State.PLANNED}
    stocktake = lock_stocktake_for(stocktake_id, version, planned, by=by, at=at)
    terms = Terms.of(stocktake)
    record_stocktake("cancel", stocktake, by=by, at=at, **_dates(terms))
    try:
        stocktake.delete()
    except ProtectedError as error:
        raise ValidationError(
            _("This stocktake cannot be deleted: other records refer to it."),
            code="in_use",
        ) from error
    return stocktake


@recorded_act
def open_stocktake(
    *,
    stocktake_id: UUID,
    version: int,
    second_reviewer: User,
    by: User,
    at: datetime,
) -> Stocktake:
    """Open a stocktake, and name who reviews the chair's own entries.

    Raises PermissionDenied, StaleRow, or ValidationError with code
    `illegal_transition`, `another_is_open`, `overdue` or `second_reviewer`.
    """
    planned = {Stocktake.State.PLANNED}
    stocktake = lock_stocktake_for(stocktake_id, version, planned, by=by, at=at)
    if Stocktake.objects.open().filter(plan=stocktake.plan).exists():
        raise ValidationError(
            _("Another stocktake of this plan is still open. Close it first."),
            code="another_is_open",
        )
    if stocktake.is_past_due(at):
        raise ValidationError(
            _("Its due date has passed. Change the dates first."),
            code="overdue",
        )
    _name_second_reviewer(stocktake, second_reviewer, at=at)
    stocktake.opened_at, stocktake.opened_by = at, by
    save_stocktake(stocktake, "second_reviewer", "opened_at", "opened_by")
    append_basis(stocktake.plan.slug, at=at)
    append_to_trail(TrailRecord.Kind.OPENING, stocktake.pk)
    record_stocktake(
        "open", stocktake, by=by, at=at, second_reviewer=str(second_reviewer.pk)
    )
    return stocktake


@recorded_act
def replace_second_reviewer(
    *,
    stocktake_id: UUID,
    version: int,
    second_reviewer: User,
    by: User,
    at: datetime,
) -> Stocktake:
    """Name another second reviewer: the first has left, or is of the next chair.

    This is possible after the close too, since corrections of the chair's own entries
    have no deadline.
    Raises as `open_stocktake` does.
    """
    opened = {Stocktake.State.OPEN, Stocktake.State.CLOSED}
    stocktake = lock_stocktake_for(stocktake_id, version, opened, by=by, at=at)
    before = stocktake.second_reviewer_id
    _name_second_reviewer(stocktake, second_reviewer, at=at)
    save_stocktake(stocktake, "second_reviewer")
    record_stocktake(
        "reviewer",
        stocktake,
        by=by,
        at=at,
        before=str(before),
        second_reviewer=str(second_reviewer.pk),
    )
    return stocktake


@recorded_act
def close_stocktake(
    *, stocktake_id: UUID, version: int, by: User, at: datetime
) -> Stocktake:
    """Close a stocktake once no entry waits for review. Its drafts stay, outside it.

    Days of grace and extensions that still run end with it. Raises
    PermissionDenied, StaleRow, or ValidationError with code
    `illegal_transition` or `entries_wait`.
    """
    is_open = {Stocktake.State.OPEN}
    stocktake = lock_stocktake_for(stocktake_id, version, is_open, by=by, at=at)
    updates = Entry.objects.filter(stocktake=stocktake, kind=Entry.Kind.UPDATE)
    if updates.filter(state=State.SUBMITTED).exists():
        raise ValidationError(
            _("Entries still wait for review. Publish, return or release them first."),
            code="entries_wait",
        )
    updates.filter(state__in=NOT_SUBMITTED).update(
        stocktake=None, version=F("version") + 1
    )
    # What was published while this waited for the lock was published before the close.
    last = lock_ledger()
    at = recorded_instant(at)
    stocktake.closed_at = max(at, last.recorded_at) if last else at
    stocktake.closed_by = by
    head = seal_ledger(stocktake.closed_at)
    stocktake.closing_head = head.sha256 if head else ""
    stocktake.closing_sha256 = closing_hash(stocktake)
    save_stocktake(
        stocktake, "closed_at", "closed_by", "closing_head", "closing_sha256"
    )
    append_to_trail(TrailRecord.Kind.CLOSING, stocktake.pk)
    record_stocktake(
        "close", stocktake, by=by, at=at, closing_sha256=stocktake.closing_sha256
    )
    return stocktake


def require_stocktake_runner(by: User, at: datetime) -> None:
    """Raise PermissionDenied unless this user may manage stocktakes now."""
    if not can_run_stocktakes(by, at=at):
        raise PermissionDenied


def lock_stocktake_for(
    stocktake_id: UUID,
    version: int,
    expected: set[Stocktake.State],
    *,
    by: User,
    at: datetime,
) -> Stocktake:
    """Return a stocktake, locked, if this user may change it and its state allows it.

    Raises Stocktake.DoesNotExist, PermissionDenied, StaleRow, or ValidationError
    with code `illegal_transition`.
    """
    lock_stocktakes(exclusive=True)
    stocktake = Stocktake.objects.select_related("plan", "second_reviewer").get(
        pk=stocktake_id
    )
    require_stocktake_runner(by, at)
    require_version(stocktake, version)
    if stocktake.state not in expected:
        raise ValidationError(
            _("This is not possible: the stocktake is %(state)s."),
            code="illegal_transition",
            params={"state": stocktake.state.label.lower()},
        )
    return stocktake


def save_stocktake(stocktake: Stocktake, *fields: str) -> None:
    """Save these fields, with the next version."""
    stocktake.version += 1
    stocktake.save(update_fields=["version", *fields])


def record_stocktake(
    verb: str,
    stocktake: Stocktake,
    *,
    by: User,
    at: datetime,
    member: str = "",
    **data: object,
) -> None:
    """Record who did what to which stocktake: ids, codes and dates, without text."""
    record(
        verb=f"stocktake.{verb}",
        target=stocktake,
        by=by,
        at=at,
        member=member,
        data={"version": stocktake.version, **data},
    )


def _dates(terms: Terms) -> dict[str, str]:
    return {
        "opens_at": instant(terms.opens_at),
        "due_at": instant(terms.due_at),
        "grace_ends_at": instant(terms.grace_ends_at),
    }


def _name_second_reviewer(
    stocktake: Stocktake, second_reviewer: User, *, at: datetime
) -> None:
    chairs = chairs_during(stocktake, at=at)
    if not can_second_review(second_reviewer, chairs=chairs):
        raise ValidationError(
            {
                "second_reviewer": [
                    _(
                        "Choose an officer, a head or a coordinator of a member that"
                        " does not hold the Presidency at any time while the stocktake"
                        " is open."
                    )
                ]
            },
            code="second_reviewer",
        )
    stocktake.second_reviewer = second_reviewer


def _refuse_overlap(stocktake: Stocktake, terms: Terms) -> None:
    """Refuse dates that overlap: a plan has one open stocktake, which entries join."""
    others = Stocktake.objects.filter(plan=stocktake.plan_id).exclude(pk=stocktake.pk)
    for other in others.prefetch_related("extensions").order_by("opens_at", "pk"):
        starts_at = other.opened_at or other.opens_at
        ends_at = other.closed_at or latest_end(other, other.extensions.all())
        if terms.opens_at <= ends_at and starts_at <= terms.grace_ends_at:
            raise ValidationError(
                _("It overlaps with “%(other)s”. Choose other dates."),
                code="overlaps",
                params={"other": other.title},
            )
