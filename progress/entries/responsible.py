"""Who in a delegation is responsible for a commitment, and whether they still can."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import Role, User
from accounts.people import by_name
from commitments.models import MemberCommitment
from progress.models import Assignment
from progress.permissions import can_be_responsible

# Reads, for a whole list at once, who drafts and who is responsible.
PEOPLE = Prefetch(
    "assignments",
    queryset=Assignment.objects.select_related("user").order_by("pk"),
)


@dataclass(frozen=True)
class Responsible:
    """The person named.

    `is_able` is False for a person who has left, or lost the role: name another one.
    """

    user: User
    is_able: bool

    @property
    def name(self) -> str:
        return str(self.user)


def responsible_for(member_commitment: MemberCommitment) -> Responsible | None:
    """Return who is responsible, from a member commitment read with `PEOPLE`."""
    for assignment in member_commitment.assignments.all():
        if assignment.kind == Assignment.Kind.RESPONSIBLE:
            is_able = can_be_responsible(assignment.user, member_commitment)
            return Responsible(assignment.user, is_able)
    return None


def contributors_to(member_commitment: MemberCommitment) -> list[User]:
    """Return who may draft, from a member commitment read with `PEOPLE`."""
    return by_name(
        assignment.user
        for assignment in member_commitment.assignments.all()
        if assignment.kind == Assignment.Kind.DRAFTS
    )


def who_can_be_responsible(member: str) -> list[User]:
    """Return the people who write for a member, ordered by name."""
    roles = [Role.CONTRIBUTOR.value, Role.OFFICER.value, Role.HEAD.value]
    return _people_of(member, roles__overlap=roles)


def delegation_of(member: str) -> list[User]:
    """Return all active people of a delegation, ordered by name."""
    return [person for person in _people_of(member) if person.delegation == member]


def _people_of(member: str, **rights: Iterable[str]) -> list[User]:
    people = User.objects.people().who_came().filter(member=member, is_active=True)
    return by_name(people.filter(**rights))
