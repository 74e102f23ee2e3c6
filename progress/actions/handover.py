"""The chair passes: one team hands over, the next receives. Rights follow the dates."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Presidency, User
from accounts.versions import require_version
from audit.record import record
from audit.transactions import retried
from progress import limits
from progress.entries.text import require_plain_text
from progress.models import Handover
from progress.stocktakes.handovers import ChairTransfer, find_passage


@retried
def record_handover(
    *, presidency_id: int, version: int, note: str, by: User, at: datetime
) -> Handover:
    """The outgoing team hands over to this presidency, with a note.

    Raises Presidency.DoesNotExist, PermissionDenied, StaleRow, or ValidationError:
    a dict of fields, or code `illegal_transition`.
    """
    passage = _held(presidency_id)
    if not passage.may_give(by):
        raise PermissionDenied
    require_version(passage, version)
    if not passage.can_be_given_at(at):
        raise _impossible()
    handover = passage.handover or Handover(presidency=passage.incoming, version=0)
    # It may be left out.
    handover.note = note.strip() and require_plain_text(
        note, field="note", limit=limits.HANDOVER_NOTE
    )
    handover.handed_over_at, handover.handed_over_by = at, by
    return _keep(handover, "give", passage, by=by, at=at)


@retried
def receive_handover(
    *, presidency_id: int, version: int, by: User, at: datetime
) -> Handover:
    """The incoming team says that it has it. Raises as `record_handover` does."""
    passage = _held(presidency_id)
    if not passage.may_receive(by):
        raise PermissionDenied
    require_version(passage, version)
    if not passage.can_be_received_at(at):
        raise _impossible()
    handover = passage.handover or Handover(presidency=passage.incoming, version=0)
    handover.received_at, handover.received_by = at, by
    return _keep(handover, "receive", passage, by=by, at=at)


def _held(presidency_id: int) -> ChairTransfer:
    """Kept as it is until the transaction ends, though nothing be recorded yet."""
    rows = Presidency.objects.select_related("member").select_for_update(of=("self",))
    return find_passage(rows.get(pk=presidency_id))


def _impossible() -> ValidationError:
    return ValidationError(
        _("It is recorded already, or this is not the time for it."),
        code="illegal_transition",
    )


def _keep(
    handover: Handover, verb: str, passage: ChairTransfer, *, by: User, at: datetime
) -> Handover:
    handover.version += 1
    handover.save()
    outgoing = passage.outgoing
    record(
        verb=f"handover.{verb}",
        target=handover,
        by=by,
        at=at,
        member=by.member_id or "",
        data={
            "presidency": passage.incoming.pk,
            "from": outgoing.member_id if outgoing else "",
            "to": passage.incoming.member_id,
        },
    )
    return handover
