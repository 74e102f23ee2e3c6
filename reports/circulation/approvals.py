"""Which approvals of a final report count: those of the present Presidency."""

from datetime import datetime

from accounts.models import Presidency
from reports.models import Circulation, FinalApproval
from reports.permissions import can_approve_final


def approvals_that_count(
    circulation: Circulation, *, at: datetime
) -> list[FinalApproval]:
    """Return the approvals by persons who are coordinators of the chair at an instant.

    Those from before the last handover count no more. It reads `approvals`, which a
    list can prefetch.
    """
    presidency = Presidency.objects.at(at).first()
    if presidency is None:
        return []
    return [
        one
        for one in circulation.approvals.all()
        if one.member_id == presidency.member_id
        and one.approved_at >= presidency.starts_at
        and can_approve_final(one.approved_by, at=at)
    ]
