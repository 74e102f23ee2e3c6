"""Who may have a report compiled, how high, and who may stop or repeat the job."""

from datetime import datetime

from accounts.models import Role, Scope, User
from progress.models import Handling
from reports.models import Report, readable_handlings


def compilable_audiences(user: User, *, at: datetime) -> list[str]:
    """The audiences this person may compile a stocktake report for, lowest first.

    The Presidency any; observers and assessors what they may read. A delegation's own
    view of itself is the member report, another kind.
    """
    if not user.may(Scope.COMPILE_REPORTS):
        return []
    if user.is_presidency(at):
        return list(Handling.values)
    if user.has_role(Role.OBSERVER, Role.ASSESSOR):
        return readable_handlings(user)
    return []


def can_compile(user: User, audience: str, *, at: datetime) -> bool:
    """May this person have a stocktake report compiled for this audience?"""
    return audience in compilable_audiences(user, at=at)


def can_steer(user: User, report: Report, *, at: datetime) -> bool:
    """May this person cancel the job, or ask for it again?"""
    is_theirs = report.requested_by_id == user.pk or user.is_presidency(at)
    return is_theirs and can_compile(user, report.audience, at=at)
