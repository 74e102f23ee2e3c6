"""Who may do what to commitments. Reading them is open to everybody who may sign in."""

from accounts.models import Role, User
from commitments.models import MemberCommitment


def can_edit_lead_and_target(user: User, member_commitment: MemberCommitment) -> bool:
    """May this person say who leads for their member, and by when?"""
    return (
        user.delegation == member_commitment.member_id
        and user.scopes is None
        and user.has_role(Role.OFFICER, Role.HEAD)
    )
