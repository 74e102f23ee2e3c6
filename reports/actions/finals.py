"""Approve a circulated draft as final. The second approval compiles the final."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from progress.actions.instants import recorded_act
from reports.actions.circulation import circulations_of, locked_draft
from reports.actions.recording import record_report
from reports.circulation.approvals import approvals_that_count
from reports.circulation.finals import final_of, require_same_facts
from reports.circulation.obstacles import latest_of, obstacles_to_final
from reports.models import Circulation, FinalApproval, Report
from reports.permissions import can_approve_final


@recorded_act
def approve_final(*, report_id: UUID, by: User, at: datetime) -> Report | None:
    """Approve that a draft becomes final. Return the final report, if this made it.

    It takes two coordinators of the present Presidency. Nothing may have changed since
    the draft, as the worker checks again. Raises Report.DoesNotExist, PermissionDenied,
    or ValidationError with the code of an obstacle, `same_person` or `differs`.
    """
    draft = locked_draft(report_id, by=by, at=at)
    if not can_approve_final(by, at=at):
        raise PermissionDenied
    circulations = circulations_of(draft)
    for obstacle in obstacles_to_final(draft, circulations, at=at):
        raise obstacle
    latest = latest_of(draft, circulations)
    assert latest is not None  # noqa: S101 - that would be an obstacle
    _require_other_person(latest, by)
    final = final_of(draft, by=by, at=at)
    require_same_facts(final)
    earlier = approvals_that_count(latest, at=at)
    FinalApproval.objects.create(
        circulation=latest,
        member_id=str(by.member_id),
        approved_by=by,
        approved_at=at,
    )
    about = {"circulation": str(latest.pk)}
    record_report("report.approve", draft, by=by, at=at, **about)
    return _made_final(final, earlier, by=by, at=at)


def _require_other_person(circulation: Circulation, by: User) -> None:
    if any(one.approved_by_id == by.pk for one in circulation.approvals.all()):
        raise ValidationError(
            _(
                "You have approved this draft already. Another coordinator of the"
                " Presidency must approve it too."
            ),
            code="same_person",
        )


def _made_final(
    final: Report, earlier: Iterable[FinalApproval], *, by: User, at: datetime
) -> Report | None:
    """Return the final report with its job, if there was an approval before this."""
    if not any(earlier):
        return None
    final.save(force_insert=True)
    about = {"draft": str(final.final_of_id)}
    record_report("report.final", final, by=by, at=at, **about)
    return final
