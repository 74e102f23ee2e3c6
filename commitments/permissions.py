"""Who may change commitments. All signed-in users may read them."""

from accounts.models import Role, User
from commitments.models import MemberCommitment


def can_edit_lead_and_target(user: User, member_commitment: MemberCommitment) -> bool:
    """Return whether the user may set the lead authority and the target date."""
    return (
        user.delegation == member_commitment.member_id
        and user.scopes is None
        and user.has_role(Role.OFFICER, Role.HEAD)
    )
