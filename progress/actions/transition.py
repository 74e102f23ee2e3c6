"""What every move of an entry shares: taking the row, and leaving the trace."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from audit.record import record
from progress import limits
from progress.entries.text import require_words
from progress.models import Entry, State, Transition
from progress.permissions import can
from progress.transitions import Verb, is_legal, next_state

# PostgreSQL advisory lock: shared by whoever moves an entry, exclusive to whoever
# opens or closes a stocktake. Taken before any row, so that the two cannot deadlock.
_STOCKTAKE_DOOR = 0x67377001


class StaleVersion(Exception):  # noqa: N818 - it names a state, not a fault
    """The caller started from a version that is no longer the newest."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"{entry.pk} is at version {entry.version}")
        self.entry = entry


def hold_stocktakes(*, alone: bool = False) -> None:
    """Keep stocktakes as they are until this transaction ends."""
    shared = "" if alone else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s)", [_STOCKTAKE_DOOR])


def take(verb: Verb, entry_id: UUID, *, version: int, by: User, at: datetime) -> Entry:
    """Lock the row; refuse who may not, and what its state does not allow.

    Raises Entry.DoesNotExist (also for what `by` may not know of), StaleVersion,
    PermissionDenied, or ValidationError with code `illegal_transition`.
    """
    hold_stocktakes()
    entry = Entry.objects.visible_to(by, at).locked(entry_id)
    if entry.version != version:
        raise StaleVersion(entry)
    if not can(verb, by, entry, at=at):
        raise PermissionDenied
    if not is_legal(verb, entry):
        raise ValidationError(
            _("This entry is %(state)s: that is not possible now."),
            code="illegal_transition",
            params={"state": entry.get_state_display()},
        )
    return entry


def require_reason(reason: str) -> str:
    """A reason is words, not blanks, and up to a limit.

    Raises ValidationError: a dict of `reason`, as `require_words` does.
    """
    if not reason.strip():
        raise ValidationError({"reason": [_("Say why.")]}, code="required")
    return require_words(reason, field="reason", limit=limits.REASON)


def move(
    entry: Entry,
    verb: Verb,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    fields: Iterable[str] = (),
) -> Entry:
    """Write the row in its next state, with the trace of the move and the event."""
    before, entry.state = State(entry.state), next_state(verb, entry)
    entry.version += 1
    entry.save(update_fields=["state", "version", *fields])
    Transition.objects.create(
        entry=entry,
        verb=verb,
        before=before,
        after=entry.state,
        reason=reason,
        at=at,
        by=by,
    )
    record_entry(verb, entry, by=by, at=at)
    return entry


def record_entry(verb: Verb | str, entry: Entry, *, by: User, at: datetime) -> None:
    """Say who did what to which entry. No word of its content: administrators read."""
    record(
        verb=f"entry.{verb}",
        target=entry,
        by=by,
        at=at,
        member=entry.member_code,
        data={"version": entry.version, "state": entry.state},
    )


def was_just_done(verb: Verb, entry: Entry, *, by: User, version: int) -> bool:
    """Is a stale press the second of two, and the first has moved the entry so?"""
    last = entry.transitions.order_by("-at", "-pk").first()
    return (
        last is not None
        and entry.version == version + 1
        and (last.verb, last.by_id) == (verb, by.pk)
    )


def was_just_confirmed(entry: Entry, *, by: User, version: int) -> bool:
    return (
        entry.version == version + 1
        and entry.confirmed_by_id == by.pk
        and entry.confirmed_at == entry.written_at
    )
