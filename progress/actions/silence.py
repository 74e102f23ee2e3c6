"""Start and stop a silence procedure, and object in one.

What is asked belongs to the caller, whose action runs these in its transaction.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.day_sentences import instant_text
from accounts.models import User
from audit.record import record
from progress.actions.instants import recorded_act, recorded_instant
from progress.actions.transition import require_reason
from progress.ledger.chain import instant
from progress.models import AskedMember, Objection, SilenceProcedure
from progress.permissions import can_object, can_run_silence_procedures
from progress.stocktakes.terms import LONGEST

# A head in any time zone has at least a day to read what circulates.
SHORTEST = timedelta(hours=24)


@recorded_act
def start_silence_procedure(
    *, members: Collection[str], ends_at: datetime, by: User, at: datetime
) -> SilenceProcedure:
    """Ask these members. Who has not objected by `ends_at` has agreed.

    Raises PermissionDenied, or ValidationError: a dict of `ends_at` or `members`.
    """
    if not can_run_silence_procedures(by, at=at):
        raise PermissionDenied
    require_deadline(ends_at, at=at)
    if not members:
        problem = ValidationError(_("Choose at least one member."), code="required")
        raise ValidationError({"members": [problem]})
    procedure = SilenceProcedure.objects.create(
        started_at=at, started_by=by, ends_at=ends_at
    )
    AskedMember.objects.bulk_create(
        AskedMember(procedure=procedure, member_id=code) for code in sorted(members)
    )
    record(
        verb="silence.start",
        target=procedure,
        by=by,
        at=at,
        data={"ends_at": instant(ends_at), "members": sorted(members)},
    )
    return procedure


@recorded_act
def object_to(*, procedure_id: UUID, reason: str, by: User, at: datetime) -> Objection:
    """Break the silence for the head's member.

    The instant is the database's, read while the procedure is locked: an objection
    counts at the deadline itself, and not after it. Raises
    SilenceProcedure.DoesNotExist, PermissionDenied, or ValidationError: a dict of
    `reason`, or code `too_late`, `stopped` or `objected`.
    """
    procedure = SilenceProcedure.objects.select_for_update().get(pk=procedure_id)
    if not can_object(by, procedure, at=at):
        raise PermissionDenied
    member, reason = str(by.delegation), require_reason(reason)
    now = recorded_instant(at)
    require_open(procedure, member, at=now)
    objection = Objection.objects.create(
        procedure=procedure,
        member_id=member,
        reason=reason,
        objected_at=now,
        objected_by=by,
    )
    record(
        verb="silence.object",
        target=procedure,
        by=by,
        at=now,
        member=member,
    )
    return objection


@recorded_act
def stop_silence_procedure(
    *, procedure_id: UUID, by: User, at: datetime
) -> SilenceProcedure:
    """Take the question back, for example because a next draft follows.

    What members have said stays. Raises SilenceProcedure.DoesNotExist,
    PermissionDenied, or ValidationError with code `stopped` or `agreed`.
    """
    procedure = SilenceProcedure.objects.select_for_update().get(pk=procedure_id)
    if not can_run_silence_procedures(by, at=at):
        raise PermissionDenied
    now = recorded_instant(at)
    state = procedure.state_at(now)
    if state is SilenceProcedure.State.STOPPED:
        raise ValidationError(_("It has been stopped already."), code="stopped")
    if state is SilenceProcedure.State.AGREED:
        raise ValidationError(
            _("No member objected in time. It is agreed, and cannot be stopped."),
            code="agreed",
        )
    procedure.stopped_at, procedure.stopped_by = now, by
    procedure.save(update_fields=["stopped_at", "stopped_by"])
    record(verb="silence.stop", target=procedure, by=by, at=now)
    return procedure


def require_deadline(ends_at: datetime, *, at: datetime) -> None:
    """Refuse a deadline that is too near or too far. Raises a dict of `ends_at`."""
    problem = ""
    if ends_at < at + SHORTEST:
        problem = _("Choose a time at least 24 hours from now.")
    elif ends_at > at + LONGEST:
        problem = _("Choose a time within a year from now.")
    if problem:
        raise ValidationError({"ends_at": [problem]}, code="ends_at")


def require_open(procedure: SilenceProcedure, member: str, *, at: datetime) -> None:
    """Refuse an objection of this member that does not count any more.

    Raises ValidationError with code `stopped`, `too_late` or `objected`.
    """
    if procedure.stopped_at is not None:
        raise ValidationError(
            _("The Presidency has stopped this procedure. Nothing is asked any more."),
            code="stopped",
        )
    if not procedure.accepts_objections(at):
        raise ValidationError(
            _("The time for objections ended at %(end)s. This one came too late."),
            code="too_late",
            params={"end": instant_text(timezone.localtime(procedure.ends_at))},
        )
    if procedure.objections.filter(member=member).exists():
        raise ValidationError(
            _("Your delegation has already objected."), code="objected"
        )
