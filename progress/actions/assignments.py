"""Who in a delegation may draft what."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from audit.record import record
from commitments.models import MemberCommitment
from progress.models import Assignment
from progress.permissions import can_assign


@transaction.atomic
def set_contributors(
    *,
    member_commitment: MemberCommitment,
    users: Collection[User],
    by: User,
    at: datetime,
) -> None:
    """Name exactly these people, whoever was named before."""
    named = User.objects.filter(assignments__member_commitment=member_commitment)
    for user in set(named) - set(users):
        unassign_contributor(
            member_commitment=member_commitment, user=user, by=by, at=at
        )
    for user in users:
        assign_contributor(member_commitment=member_commitment, user=user, by=by, at=at)


@transaction.atomic
def assign_contributor(
    *, member_commitment: MemberCommitment, user: User, by: User, at: datetime
) -> Assignment:
    """Let a contributor of the same delegation draft a commitment. Twice is once."""
    if not can_assign(by, member_commitment):
        raise PermissionDenied
    is_ours = user.delegation == member_commitment.member_id
    if not is_ours or not user.has_role(Role.CONTRIBUTOR):
        raise ValidationError(
            _("Only a contributor of your own delegation can be assigned."),
            code="not_a_contributor",
        )
    assignment, is_new = Assignment.objects.get_or_create(
        member_commitment=member_commitment, user=user
    )
    if is_new:
        _record("assignment.add", assignment, by=by, at=at)
    return assignment


@transaction.atomic
def unassign_contributor(
    *, member_commitment: MemberCommitment, user: User, by: User, at: datetime
) -> None:
    """Take that leave away again."""
    if not can_assign(by, member_commitment):
        raise PermissionDenied
    found = Assignment.objects.filter(member_commitment=member_commitment, user=user)
    for assignment in found:
        _record("assignment.remove", assignment, by=by, at=at)
        assignment.delete()


def _record(verb: str, assignment: Assignment, *, by: User, at: datetime) -> None:
    record(
        verb=verb,
        target=assignment.member_commitment,
        by=by,
        at=at,
        member=assignment.member_commitment.member_id,
        data={"user": str(assignment.user_id)},
    )
