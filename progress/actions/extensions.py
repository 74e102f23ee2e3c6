"""What the Presidency grants while a stocktake is open: more time, or a release."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from audit.transactions import retried
from progress.actions.stocktakes import (
    record_stocktake,
    require_leave,
    save_stocktake,
    take_stocktake,
)
from progress.actions.transition import hold_stocktakes, require_reason
from progress.ledger.chain import instant
from progress.models import Entry, Extension, Release, State, Stocktake
from progress.stocktakes.deadlines import accepts_until
from progress.stocktakes.second_review import has_second_reviewer
from progress.stocktakes.terms import LONGEST


@retried
def extend_stocktake(
    *, stocktake_id: UUID, version: int, extension: Extension, by: User, at: datetime
) -> Extension:
    """Give one member, or every member, more time: what comes in is late still.

    The row is given unsaved, with its member, reason and end. Raises PermissionDenied,
    StaleRow, or ValidationError: a dict of fields, or code `illegal_transition`.
    """
    is_open = {Stocktake.State.OPEN}
    stocktake = take_stocktake(stocktake_id, version, is_open, by=by, at=at)
    extension.reason = require_reason(extension.reason)
    _require_end(stocktake, extension, at=at)
    if not has_second_reviewer(stocktake, at=at, until=extension.ends_at):
        raise ValidationError(
            _(
                "The chair passes before that to the member of the second reviewer, or"
                " there is none any more: name another second reviewer first."
            ),
            code="second_reviewer",
        )
    extension.stocktake = stocktake
    extension.granted_at, extension.granted_by = at, by
    extension.save(force_insert=True)
    save_stocktake(stocktake)
    record_stocktake(
        "extend",
        stocktake,
        by=by,
        at=at,
        member=extension.member_id or "",
        extension=extension.pk,
        ends_at=instant(extension.ends_at),
    )
    return extension


@retried
def release_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Let a submitted update out of its stocktake, so that this can close.

    It stays submitted, and is reviewed when its time comes. Raises Entry.DoesNotExist,
    StaleRow, PermissionDenied, or ValidationError with code `illegal_transition` or
    `chair_alone`.
    """
    hold_stocktakes()
    entry = Entry.objects.visible_to(by, at).locked(entry_id)
    require_version(entry, version)
    require_leave(by, at)
    stocktake = _require_releasable(entry, chair=by.chair_at(at))
    Release.objects.create(
        entry=entry,
        stocktake=stocktake,
        reason=require_reason(reason),
        released_at=at,
        released_by=by,
    )
    entry.stocktake = None
    entry.version += 1
    entry.save(update_fields=["stocktake", "version"])
    record(
        verb="entry.release",
        target=entry,
        by=by,
        at=at,
        member=entry.member_code,
        data={"version": entry.version, "stocktake": str(stocktake.pk)},
    )
    return entry


def is_releasable(entry: Entry, *, chair: str | None) -> bool:
    """Does it wait in an open stocktake, as an update of a member not in the chair?"""
    return entry.member_code != chair and _waits_in(entry) is not None


def _waits_in(entry: Entry) -> Stocktake | None:
    """The open stocktake that this submitted update holds up."""
    stocktake = entry.stocktake
    is_waiting = entry.kind == Entry.Kind.UPDATE and entry.state == State.SUBMITTED
    is_open = stocktake is not None and stocktake.state is Stocktake.State.OPEN
    return stocktake if is_waiting and is_open else None


def _require_releasable(entry: Entry, *, chair: str | None) -> Stocktake:
    stocktake = _waits_in(entry)
    if stocktake is None:
        raise ValidationError(
            _("Only a submitted update is released from an open stocktake."),
            code="illegal_transition",
        )
    if entry.member_code == chair:
        raise ValidationError(
            _(
                "The chair's own entries always belong to a stocktake: its second"
                " reviewer publishes or returns this one."
            ),
            code="chair_alone",
        )
    return stocktake


def _require_end(stocktake: Stocktake, extension: Extension, *, at: datetime) -> None:
    """In the future, after the end that holds already, and within reason."""
    problem = ""
    present_end = accepts_until(stocktake, extension.member_id)
    if extension.ends_at <= at:
        problem = _("More time ends in the future.")
    elif extension.ends_at <= present_end:
        problem = _("Entries are accepted for longer than that already.")
    elif extension.ends_at > at + LONGEST:
        problem = _("That is more than a year ahead.")
    if problem:
        raise ValidationError({"ends_at": [problem]}, code="ends_at")
