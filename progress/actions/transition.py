"""Steps that every move of an entry shares: lock the row, write it, record the move."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.compiled_queries import CompiledOnce
from accounts.models import ActingHead, User
from accounts.typed.text import find_fault, is_seen
from accounts.versions import require_version
from audit.models import Event
from audit.record import add_event, event_of
from audit.statements import run_planned
from progress import limits
from progress.entries.states import entry_state_label
from progress.entries.text import require_plain_text
from progress.models import Entry, Round, State, Transition
from progress.permissions import HEADS_VERBS, can
from progress.querysets.entries import EntryQuerySet
from progress.transitions import Verb, is_legal, next_state

# PostgreSQL advisory lock: shared by actions that move an entry, exclusive for actions
# that change a stocktake. It is taken before any row, so that the two cannot deadlock.
_STOCKTAKE_LOCK = 0x67377001


def lock_stocktakes(*, exclusive: bool = False) -> None:
    """Keep all stocktakes as they are until this transaction ends.

    `exclusive` also keeps entries from being moved.
    """
    shared = "" if exclusive else "_shared"
    run_planned(f"SELECT pg_advisory_xact_lock{shared}(%s)", [_STOCKTAKE_LOCK])


def lock_for(
    verb: Verb, entry_id: UUID, *, version: int, by: User, at: datetime
) -> Entry:
    """Return the entry, locked, if this user may do `verb` and its state allows it.

    Raises Entry.DoesNotExist (also for what `by` may not know of), StaleRow,
    PermissionDenied, or ValidationError with code `illegal_transition`.
    """
    lock_stocktakes()
    found = visible_entry(entry_id=entry_id, by=by, at=at)
    if not found:
        raise Entry.DoesNotExist
    [entry] = found
    require_version(entry, version)
    if not can(verb, by, entry, at=at):
        raise PermissionDenied
    if not is_legal(verb, entry):
        raise ValidationError(
            _("This is not possible: the entry is now “%(state)s”."),
            code="illegal_transition",
            params={"state": entry_state_label(entry, by, at)},
        )
    if verb in HEADS_VERBS:
        _keep_acting_head(by, at)
    return entry


def _keep_acting_head(by: User, at: datetime) -> None:
    """Lock the period of an acting head, so that no one ends it during the act."""
    if (acting_head := by.acting_head_at(at)) is None:
        return
    periods = ActingHead.objects.acting(at).select_for_update(no_key=True)
    if periods.filter(pk=acting_head).first() is None:
        raise PermissionDenied


@partial(CompiledOnce, is_planned=True)
def visible_entry(*, entry_id: UUID, by: User, at: datetime) -> EntryQuerySet:
    """Return the entry, locked, if this person may know of it."""
    visible = Entry.objects.visible_to(by, at)
    return visible.filter(pk=entry_id).locked_for_its_rules()


def require_reason(reason: str) -> str:
    """Return a reason without blanks around it. It must have text, up to a limit.

    Raises ValidationError: a dict of `reason`, as `require_plain_text` does.
    """
    if not is_seen(reason) and find_fault(reason) is None:
        missing = ValidationError(_("Give a reason."), code="required")
        raise ValidationError({"reason": [missing]})
    return require_plain_text(reason, field="reason", limit=limits.REASON)


def apply(
    entry: Entry,
    verb: Verb,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    fields: Iterable[str] = (),
) -> Entry:
    """Save the entry in its next state, with its transition and its event.

    `fields` are the columns to save besides state and version.
    """
    entry.version += 1
    move = move_of(entry, verb, by=by, at=at, reason=reason)
    event = entry_event(verb, entry, by=by, at=at)
    add_event(event, move, changed=entry, fields=["state", "version", *fields])
    return entry


def move_of(
    entry: Entry, verb: Verb, *, by: User, at: datetime, reason: str = ""
) -> Transition:
    """Put the entry into its next state, and return its transition, both unsaved."""
    before, entry.state = State(entry.state), next_state(verb, entry)
    return Transition(
        entry=entry,
        verb=verb.value,
        before=before.value,
        after=entry.state.value,
        reason=reason,
        at=at,
        by=by,
    )


def record_entry(verb: Verb | str, entry: Entry, *, by: User, at: datetime) -> None:
    """Record who did what to which entry."""
    add_event(entry_event(verb, entry, by=by, at=at))


def entry_event(verb: Verb | str, entry: Entry, *, by: User, at: datetime) -> Event:
    """Return who did what to which entry, without its text: administrators read it."""
    return event_of(
        verb=f"entry.{verb}",
        target=entry,
        by=by,
        at=at,
        member=entry.member_code,
        data={
            "version": entry.version,
            "state": entry.state,
            **_acted_as(verb, by, at),
        },
    )


def _acted_as(verb: Verb | str, by: User, at: datetime) -> dict[str, str]:
    """Return the period under which an acting head did what only a head may do."""
    acting_head = by.acting_head_at(at) if verb in HEADS_VERBS else None
    return {"acting_head": str(acting_head)} if acting_head else {}


def was_just_done(verb: Verb, entry: Entry, *, by: User, version: int) -> bool:
    """Return whether this is a repeated press whose first one did the same."""
    last = entry.transitions.order_by("-at", "-pk").first()
    return (
        last is not None
        and entry.version == version + 1
        and (last.verb, last.by_id) == (verb, by.pk)
    )


def was_just_returned(entry_id: UUID, *, by: User, at: datetime) -> bool:
    """Return whether this reviewer has returned the entry, and so cannot see it now.

    That is what the second of two presses finds.
    """
    if Entry.objects.visible_to(by, at).filter(pk=entry_id).exists():
        return False
    rounds = Round.objects.visible_to(by, at)
    return rounds.filter(entry=entry_id, returned_by=by).exists()


def was_just_confirmed(entry: Entry, *, by: User, version: int) -> bool:
    """Return whether a stale press is the second of two, and the first confirmed."""
    return (
        entry.version == version + 1
        and entry.confirmed_by_id == by.pk
        and entry.confirmed_at == entry.written_at
    )


def was_just_confirmed_from(published_id: UUID, *, by: User) -> bool:
    """Return whether this person confirmed a draft from that text, and no one else."""
    drafts = Entry.objects.filter(
        member_commitment__entries=published_id,
        kind=Entry.Kind.UPDATE,
        state=State.DRAFT,
        version=2,
        confirmed_by=by,
    )
    return drafts.exists()


def was_just_carried(member_commitment_id: UUID, *, by: User) -> bool:
    """Return whether this person has carried a text forward, and it is untouched."""
    untouched = Entry.objects.filter(
        state=State.DRAFT, version=1, confirmed_at=None, unchanged_since__isnull=False
    )
    mine = untouched.filter(member_commitment=member_commitment_id, written_by=by)
    return mine.exists()
