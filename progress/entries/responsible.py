"""Who in a delegation answers for a commitment, and whether they still can."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import Role, User
from commitments.models import MemberCommitment
from progress.models import Assignment
from progress.permissions import can_be_responsible

# Read once for a whole list: who drafts and who answers for each commitment.
PEOPLE = Prefetch(
    "assignments",
    queryset=Assignment.objects.select_related("user").order_by("user__name", "pk"),
)


@dataclass(frozen=True)
class Responsible:
    """The person named. Who has left, or has no such role now, is to be replaced."""

    user: User
    is_able: bool

    @property
    def name(self) -> str:
        return str(self.user)


def responsible_for(member_commitment: MemberCommitment) -> Responsible | None:
    """Asks through the member commitment, as read with `PEOPLE`."""
    for one in member_commitment.assignments.all():
        if one.kind == Assignment.Kind.RESPONSIBLE:
            is_able = can_be_responsible(one.user, member_commitment)
            return Responsible(one.user, is_able)
    return None


def contributors_to(member_commitment: MemberCommitment) -> list[User]:
    """Those named to draft it, in the same way."""
    return [
        one.user
        for one in member_commitment.assignments.all()
        if one.kind == Assignment.Kind.DRAFTS
    ]


def who_can_be_responsible(member: str) -> list[User]:
    """Whoever writes for a member, by name."""
    roles = [Role.CONTRIBUTOR.value, Role.OFFICER.value, Role.HEAD.value]
    return _by_name(member, roles__overlap=roles)


def delegation_of(member: str) -> list[User]:
    """Everybody of a delegation, by name."""
    return [person for person in _by_name(member) if person.delegation == member]


def _by_name(member: str, **rights: Iterable[str]) -> list[User]:
    people = User.objects.people().filter(member=member, is_active=True, **rights)
    return list(people.order_by("name", "pk"))
