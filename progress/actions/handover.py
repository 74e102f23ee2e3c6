"""Record that one Presidency hands over and the next receives.

This changes no rights: they follow the dates of the Presidency.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Presidency, User
from accounts.versions import require_version
from audit.record import record
from progress import limits
from progress.actions.instants import recorded_act
from progress.actions.trail import append_to_trail
from progress.entries.text import require_plain_text
from progress.models import Handover, TrailRecord
from progress.stocktakes.handovers import ChairTransfer, find_transfer

Kind = TrailRecord.Kind
# The act, as its event names it.
VERBS = {Kind.HANDOVER: "handover.give", Kind.RECEIPT: "handover.receive"}
IMPOSSIBLE = _("This step is already recorded, or cannot be recorded now.")


@recorded_act
def record_handover(
    *, presidency_id: int, version: int, note: str, by: User, at: datetime
) -> Handover:
    """Record that the outgoing team hands over to this presidency, with a note.

    Raises Presidency.DoesNotExist, PermissionDenied, StaleRow, or ValidationError:
    a dict of fields, or code `illegal_transition`.
    """
    transfer = _locked(presidency_id)
    if not transfer.may_give(by):
        raise PermissionDenied
    require_version(transfer, version)
    if not transfer.can_be_given_at(at):
        raise _impossible()
    handover = transfer.handover or Handover(presidency=transfer.incoming, version=0)
    handover.note = require_plain_text(
        note, field="note", limit=limits.HANDOVER_NOTE, is_required=False
    )
    handover.handed_over_at, handover.handed_over_by = at, by
    return _save(handover, Kind.HANDOVER, transfer, by=by, at=at)


@recorded_act
def receive_handover(
    *, presidency_id: int, version: int, by: User, at: datetime
) -> Handover:
    """Record that the incoming team has received it. Raises as `record_handover`."""
    transfer = _locked(presidency_id)
    if not transfer.may_receive(by):
        raise PermissionDenied
    require_version(transfer, version)
    if not transfer.can_be_received_at(at):
        raise _impossible()
    handover = transfer.handover or Handover(presidency=transfer.incoming, version=0)
    handover.received_at, handover.received_by = at, by
    return _save(handover, Kind.RECEIPT, transfer, by=by, at=at)


def _locked(presidency_id: int) -> ChairTransfer:
    """Return the transfer, locked until the transaction ends.

    The presidency is locked, since there may be no handover yet.
    """
    rows = Presidency.objects.select_related("member").select_for_update(of=("self",))
    return find_transfer(rows.get(pk=presidency_id))


def _impossible() -> ValidationError:
    return ValidationError(IMPOSSIBLE, code="illegal_transition")


def _save(
    handover: Handover,
    kind: TrailRecord.Kind,
    transfer: ChairTransfer,
    *,
    by: User,
    at: datetime,
) -> Handover:
    handover.version += 1
    handover.save()
    append_to_trail(kind, handover.presidency_id)
    outgoing = transfer.outgoing
    record(
        verb=VERBS[kind],
        target=handover,
        by=by,
        at=at,
        member=by.member_id or "",
        data={
            "presidency": transfer.incoming.pk,
            "from": outgoing.member_id if outgoing else "",
            "to": transfer.incoming.member_id,
        },
    )
    return handover
