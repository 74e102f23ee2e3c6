"""Set who in a delegation may draft a commitment, and who is responsible for it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.versions import StaleRow
from audit.record import record
from commitments.models import MemberCommitment
from progress.actions.instants import recorded_act
from progress.models import Assignment
from progress.permissions import can_assign, can_be_responsible


@recorded_act
def set_contributors(
    *,
    member_commitment: MemberCommitment,
    users: Collection[User],
    were: Collection[str],
    by: User,
    at: datetime,
) -> None:
    """Name these contributors. `were` are the ids of those named on the caller's page.

    Only the caller's own changes are made. So a colleague who names another person at
    the same time loses nothing.
    """
    named = User.objects.filter(
        assignments__member_commitment=member_commitment,
        assignments__kind=Assignment.Kind.DRAFTS,
    )
    for user in set(named) - set(users):
        if str(user.pk) in were:
            unassign_contributor(
                member_commitment=member_commitment, user=user, by=by, at=at
            )
    for user in users:
        if str(user.pk) not in were:
            assign_contributor(
                member_commitment=member_commitment, user=user, by=by, at=at
            )


@recorded_act
def assign_contributor(
    *, member_commitment: MemberCommitment, user: User, by: User, at: datetime
) -> Assignment:
    """Let a contributor draft a commitment. A second call changes nothing.

    Raises PermissionDenied, or ValidationError with code `not_a_contributor`.
    """
    if not can_assign(by, member_commitment):
        raise PermissionDenied
    is_ours = user.delegation == member_commitment.member_id
    if not is_ours or not user.has_role(Role.CONTRIBUTOR):
        raise ValidationError(
            _("Choose a contributor of your own delegation."),
            code="not_a_contributor",
        )
    assignment, is_new = Assignment.objects.get_or_create(
        member_commitment=member_commitment, user=user, kind=Assignment.Kind.DRAFTS
    )
    if is_new:
        _record("assignment.add", assignment, by=by, at=at)
    return assignment


@recorded_act
def unassign_contributor(
    *, member_commitment: MemberCommitment, user: User, by: User, at: datetime
) -> None:
    """End a contributor's assignment to a commitment. Raises PermissionDenied."""
    if not can_assign(by, member_commitment):
        raise PermissionDenied
    found = Assignment.objects.filter(
        member_commitment=member_commitment, user=user, kind=Assignment.Kind.DRAFTS
    )
    for assignment in found:
        _record("assignment.remove", assignment, by=by, at=at)
        assignment.delete()


@recorded_act
def set_responsible(
    *,
    member_commitment: MemberCommitment,
    user: User | None,
    was: UUID | None,
    by: User,
    at: datetime,
) -> None:
    """Set who is responsible for a commitment; None names no one.

    `was` is the id of the person named on the caller's page. Raises PermissionDenied,
    StaleRow with the person named now, or ValidationError with code `not_responsible`.
    """
    # Calls wait for each other here: while no one is named there is no row to lock.
    MemberCommitment.objects.select_for_update(no_key=True).get(pk=member_commitment.pk)
    if not can_assign(by, member_commitment):
        raise PermissionDenied
    kind = Assignment.Kind.RESPONSIBLE
    named = Assignment.objects.filter(member_commitment=member_commitment, kind=kind)
    present = named.select_related("user").first()
    before = present.user if present else None
    if before == user:  # the second of two presses
        return
    if _pk(before) != was:
        raise StaleRow(before)
    if user is not None and not can_be_responsible(user, member_commitment):
        raise ValidationError(
            _("Choose an active contributor, officer or head of your delegation."),
            code="not_responsible",
        )
    named.delete()
    if user is not None:
        Assignment.objects.create(
            member_commitment=member_commitment, user=user, kind=kind
        )
    _record_responsible(member_commitment, before, user, by=by, at=at)


def _pk(user: User | None) -> UUID | None:
    return user.pk if user else None


def _record_responsible(
    member_commitment: MemberCommitment,
    before: User | None,
    after: User | None,
    *,
    by: User,
    at: datetime,
) -> None:
    record(
        verb="assignment.responsible",
        target=member_commitment,
        by=by,
        at=at,
        member=member_commitment.member_id,
        data={
            "before": str(before.pk) if before else None,
            "user": str(after.pk) if after else None,
        },
    )


def _record(verb: str, assignment: Assignment, *, by: User, at: datetime) -> None:
    record(
        verb=verb,
        target=assignment.member_commitment,
        by=by,
        at=at,
        member=assignment.member_commitment.member_id,
        data={"user": str(assignment.user_id)},
    )
