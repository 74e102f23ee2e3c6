"""Who may request a report, for which audience, and who may cancel or retry its job."""

from datetime import datetime

from accounts.models import Role, Scope, User
from progress.models import Handling
from progress.querysets.visibility import readable_handlings
from reports.models import Report


def compilable_audiences(user: User, *, at: datetime) -> list[str]:
    """Return the audiences for which the user may request a report, lowest label first.

    The Presidency may request any, observers and assessors the labels they may read.
    Delegations may request none: a report about one member is another kind.
    """
    if not user.may(Scope.COMPILE_REPORTS):
        return []
    if user.is_presidency(at):
        return list(Handling.values)
    if user.has_role(Role.OBSERVER, Role.ASSESSOR):
        return readable_handlings(user)
    return []


def can_compile(user: User, audience: str, *, at: datetime) -> bool:
    """Return whether the user may request a stocktake report for this audience."""
    return audience in compilable_audiences(user, at=at)


def can_steer(user: User, report: Report, *, at: datetime) -> bool:
    """Return whether the user may cancel or retry the job of this report."""
    is_own = report.requested_by_id == user.pk or user.is_presidency(at)
    return is_own and can_compile(user, report.audience, at=at)
