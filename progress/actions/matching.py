"""Act on an entry only if it is still what its reader was served (rule 5)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.versions import StaleRow
from progress.actions.external_refs import lock_external_refs
from progress.actions.instants import recorded_act
from progress.actions.transition import lock_stocktakes, visible_entry
from progress.models import Entry
from progress.permissions import can
from progress.transitions import Verb


@recorded_act
def act_if_unchanged(
    *,
    entry_id: UUID,
    verb: Verb,
    is_as_served: Callable[[Entry], bool],
    act: Callable[[Entry], Entry],
    by: User,
    at: datetime,
) -> Entry:
    """Lock an entry, compare it with what was served, and act on it in one transaction.

    `act` gets the locked entry, and names its version to the action it calls.

    Raises Entry.DoesNotExist (also for what `by` may not know of), PermissionDenied, or
    StaleRow if it has changed; and what `act` raises.
    """
    lock_stocktakes()
    if verb is Verb.EDIT:  # it may give the entry a reference
        lock_external_refs(str(by.delegation))
    found = visible_entry(entry_id=entry_id, by=by, at=at)
    if not found:
        raise Entry.DoesNotExist
    [entry] = found
    if not can(verb, by, entry, at=at):
        raise PermissionDenied
    if not is_as_served(entry):
        raise StaleRow(entry)
    return act(entry)
