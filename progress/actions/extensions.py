"""Extend an open stocktake, or release an entry from it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from progress.actions.instants import recorded_act
from progress.actions.stocktakes import (
    lock_stocktake_for,
    record_stocktake,
    require_stocktake_runner,
    save_stocktake,
)
from progress.actions.trail import append_to_trail
from progress.actions.transition import lock_stocktakes, require_reason
from progress.ledger.chain import instant
from progress.models import (
    Entry,
    Extension,
    Release,
    State,
    Stocktake,
    TrailRecord,
)
from progress.stocktakes.deadlines import accepts_until
from progress.stocktakes.second_review import has_second_reviewer
from progress.stocktakes.terms import LONGEST


@recorded_act
def extend_stocktake(
    *, stocktake_id: UUID, version: int, extension: Extension, by: User, at: datetime
) -> Extension:
    """Give one member, or every member, more time. Entries in that time are still late.

    `extension` is an unsaved row with its member, reason and end. Raises
    PermissionDenied, StaleRow, or ValidationError: a dict of fields, or code
    `illegal_transition` or `second_reviewer`.
    """
    is_open = {Stocktake.State.OPEN}
    stocktake = lock_stocktake_for(stocktake_id, version, is_open, by=by, at=at)
    extension.reason = require_reason(extension.reason)
    _require_end(stocktake, extension, at=at)
    if not has_second_reviewer(stocktake, at=at, until=extension.ends_at):
        raise ValidationError(
            _(
                "By then the second reviewer's member holds the Presidency, or there is"
                " no second reviewer. Name another second reviewer first."
            ),
            code="second_reviewer",
        )
    extension.stocktake = stocktake
    extension.granted_at, extension.granted_by = at, by
    extension.save(force_insert=True)
    append_to_trail(TrailRecord.Kind.EXTENSION, extension.pk)
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


@recorded_act
def release_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Take a submitted update out of its stocktake, so that the stocktake can close.

    The update stays submitted, and can be reviewed later. Raises Entry.DoesNotExist,
    StaleRow, PermissionDenied, or ValidationError with code `illegal_transition` or
    `chair_alone`.
    """
    lock_stocktakes()
    entry = Entry.objects.visible_to(by, at).locked(entry_id)
    require_version(entry, version)
    require_stocktake_runner(by, at)
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
    """Return whether an entry is held by an open stocktake and can be released.

    An entry of the chair's member cannot.
    """
    return entry.member_code != chair and _held_by(entry) is not None


def _held_by(entry: Entry) -> Stocktake | None:
    """Return the open stocktake that cannot close because of this submitted update."""
    stocktake = entry.stocktake
    is_waiting = entry.kind == Entry.Kind.UPDATE and entry.state == State.SUBMITTED
    is_open = stocktake is not None and stocktake.state is Stocktake.State.OPEN
    return stocktake if is_waiting and is_open else None


def _require_releasable(entry: Entry, *, chair: str | None) -> Stocktake:
    stocktake = _held_by(entry)
    if stocktake is None:
        raise ValidationError(
            _(
                "You can release only an update that waits for review in an open"
                " stocktake."
            ),
            code="illegal_transition",
        )
    if entry.member_code == chair:
        raise ValidationError(
            _(
                "Entries of the Presidency's own member always belong to a stocktake."
                " The second reviewer publishes or returns this one."
            ),
            code="chair_alone",
        )
    return stocktake


def _require_end(stocktake: Stocktake, extension: Extension, *, at: datetime) -> None:
    """Refuse an end that is past, too far ahead, or not later than the present end."""
    problem = ""
    present_end = accepts_until(stocktake, extension.member_id)
    if extension.ends_at <= at:
        problem = _("Choose a time in the future.")
    elif extension.ends_at <= present_end:
        problem = _("Choose a later time: entries are already accepted until then.")
    elif extension.ends_at > at + LONGEST:
        problem = _("Choose a time within a year from now.")
    if problem:
        raise ValidationError({"ends_at": [problem]}, code="ends_at")
