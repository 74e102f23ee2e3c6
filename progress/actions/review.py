"""Review a submitted entry: return it with a reason, or publish it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from progress.actions.instants import recorded_act
from progress.actions.publication import put_on_record
from progress.actions.scans import require_files
from progress.actions.transition import apply, lock_for, require_reason
from progress.entries.shown_text import as_json
from progress.entries.text import EntryText
from progress.models import Entry, Round, Stocktake
from progress.transitions import Verb


@recorded_act
def return_entry(
    *, entry_id: UUID, version: int, reason: str, by: User, at: datetime
) -> Entry:
    """Return an entry to its delegation, and keep the text as it was submitted.

    Raises as `lock_for` and `require_reason` do.
    """
    entry = lock_for(Verb.RETURN, entry_id, version=version, by=by, at=at)
    reason = require_reason(reason)
    Round.objects.create(
        entry=entry,
        number=entry.rounds.count() + 1,
        reason=reason,
        text=as_json(EntryText.of(entry)),
        returned_at=at,
        returned_by=by,
    )
    return apply(entry, Verb.RETURN, by=by, at=at, reason=reason)


@recorded_act
def publish_entry(*, entry_id: UUID, version: int, by: User, at: datetime) -> Entry:
    """Publish an entry. From here on its row never changes.

    Raises as `lock_for` does, or ValidationError with code `closed` or `file_held`.
    """
    entry = lock_for(Verb.PUBLISH, entry_id, version=version, by=by, at=at)
    closed = entry.stocktake and entry.stocktake.state is Stocktake.State.CLOSED
    if closed and entry.kind == Entry.Kind.UPDATE:
        raise ValidationError(_("This stocktake is closed."), code="closed")
    require_files(entry, Verb.PUBLISH)
    entry.version += 1
    put_on_record(entry, by=by, at=at)
    return entry
