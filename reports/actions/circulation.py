"""Send a draft round under silence, object to it, and take it back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from accounts.models import User
from progress.actions.instants import recorded_act
from progress.actions.silence import (
    object_to,
    start_silence_procedure,
    stop_silence_procedure,
)
from progress.ledger.chain import instant
from progress.models import Objection
from reports.actions.lines import lock_line
from reports.actions.recording import record_report
from reports.circulation.deadlines import asked_of
from reports.circulation.obstacles import (
    latest_of,
    obstacles_to_circulation,
    obstacles_to_stop,
)
from reports.models import Circulation, Report
from reports.permissions import can_circulate, can_object_to_report


@recorded_act
def circulate_report(
    *, report_id: UUID, ends_at: datetime, by: User, at: datetime
) -> Circulation:
    """Send a draft to all delegations. Their heads may object until `ends_at`.

    All members are asked except the one in the chair, which asks. If an earlier draft
    of the line is still open for objections, that ends. Raises Report.DoesNotExist,
    PermissionDenied, or ValidationError: a dict of `ends_at`, or with the code of an
    obstacle.
    """
    draft = locked_draft(report_id, by=by, at=at)
    if not can_circulate(by, at=at):
        raise PermissionDenied
    circulations = circulations_of(draft)
    for obstacle in obstacles_to_circulation(draft, circulations, at=at):
        raise obstacle
    for earlier in circulations:
        if earlier.procedure.accepts_objections(at):
            stop_silence_procedure(procedure_id=earlier.procedure_id, by=by, at=at)
    asked = {member.pk for member in asked_of(by.member_id)}
    procedure = start_silence_procedure(members=asked, ends_at=ends_at, by=by, at=at)
    circulation = Circulation.objects.create(draft=draft, procedure=procedure)
    _restate(draft, Report.Circulation.CIRCULATED)
    record_report("report.circulate", draft, by=by, at=at, **_about(circulation))
    return circulation


@recorded_act
def object_to_report(
    *, report_id: UUID, reason: str, by: User, at: datetime
) -> Objection:
    """Break the silence on a draft, for the delegation that the person heads.

    Raises Report.DoesNotExist, PermissionDenied, or ValidationError: a dict of
    `reason`, or with code `too_late`, `stopped` or `objected`.
    """
    draft = _visible_draft(report_id, by=by, at=at)
    latest = latest_of(draft, circulations_of(draft))
    if latest is None or not can_object_to_report(by, latest, at=at):
        raise PermissionDenied
    objection = object_to(procedure_id=latest.procedure_id, reason=reason, by=by, at=at)
    _restate(draft, Report.Circulation.OBJECTED)
    about = _about(latest) | {"member": objection.member_id}
    record_report("report.object", draft, by=by, at=objection.objected_at, **about)
    return objection


@recorded_act
def stop_circulation(*, report_id: UUID, by: User, at: datetime) -> Circulation:
    """Take a draft back while heads may still object. Delegations keep it.

    Raises Report.DoesNotExist, PermissionDenied, or ValidationError with code
    `not_circulated`, `stopped` or `ended`.
    """
    draft = locked_draft(report_id, by=by, at=at)
    if not can_circulate(by, at=at):
        raise PermissionDenied
    circulations = circulations_of(draft)
    for obstacle in obstacles_to_stop(draft, circulations, at=at):
        raise obstacle
    latest = latest_of(draft, circulations)
    assert latest is not None  # noqa: S101 - that would be an obstacle
    latest.procedure = stop_silence_procedure(
        procedure_id=latest.procedure_id, by=by, at=at
    )
    record_report("report.stop_circulation", draft, by=by, at=at, **_about(latest))
    return latest


def locked_draft(report_id: UUID, *, by: User, at: datetime) -> Report:
    """Return a report that the person may see, with its line locked and then its row.

    Raises Report.DoesNotExist.
    """
    visible = Report.objects.visible_to(by, at).defer("snapshot")
    lock_line(visible.get(pk=report_id))
    return _visible_draft(report_id, by=by, at=at)


def _visible_draft(report_id: UUID, *, by: User, at: datetime) -> Report:
    visible = Report.objects.visible_to(by, at).defer("snapshot")
    return visible.select_for_update(of=("self",), no_key=True).get(pk=report_id)


def circulations_of(draft: Report) -> Sequence[Circulation]:
    """Return the circulations of a draft's line, the newest first."""
    return list(Circulation.objects.of_line(draft).with_record())


def _restate(draft: Report, circulation: Report.Circulation) -> None:
    draft.circulation = circulation
    draft.save(update_fields=["circulation"])


def _about(circulation: Circulation) -> dict[str, str]:
    procedure = circulation.procedure
    return {
        "circulation": str(circulation.pk),
        "ends_at": instant(procedure.ends_at),
    }
