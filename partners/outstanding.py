"""What an open stocktake still lacks, and whom to ask for it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Role, User, remember_acting_heads
from commitments.models import MemberCommitment
from progress.models import Assignment, Entry, FocalPoint, Stocktake
from progress.stocktakes.coverage import (
    REPORTED,
    Coverage,
    CoverageState,
    counted_in,
    coverages_of,
    not_begun,
)


@dataclass(frozen=True)
class Missing:
    """A member commitment without an entry that the Presidency has or has published."""

    member_commitment_id: UUID
    member: str
    is_in_clearance: bool


@dataclass(frozen=True)
class PersonAsked:
    """A person, and how many items they are asked for."""

    user: User
    member: str
    count: int


def missing_in(stocktake: Stocktake, *, at: datetime) -> list[Missing]:
    """Return the missing items of every member, as its own task list counts them.

    For notices only: no reader outside a delegation may see which items are missing.
    """
    in_plan = Entry.objects.filter(
        member_commitment__commitment__plan=stocktake.plan_id
    )
    entries = in_plan.filter(counted_in(stocktake))
    found = coverages_of(entries, stocktake, at)
    nothing = not_begun(stocktake, at)
    owed = MemberCommitment.objects.filter(commitment__plan=stocktake.plan_id)
    return [
        _missing(pk, member, found.get(pk, nothing))
        for pk, member in owed.values_list("pk", "member_id")
        if found.get(pk, nothing).state not in REPORTED
    ]


def _missing(pk: UUID, member: str, coverage: Coverage) -> Missing:
    return Missing(pk, member, coverage.state is CoverageState.IN_CLEARANCE)


def people_asked(missing: Iterable[Missing], *, at: datetime) -> list[PersonAsked]:
    """Return each person once, with the number of items they are asked for.

    An item in clearance is asked of the heads and acting heads. Any other item is asked
    of the person responsible or, if no one is named, of every officer. A focal point
    and the deputy are asked for all items of their member.
    """
    items = list(missing)
    members = {item.member for item in items}
    desks = _desks(members, at)
    responsible = _responsible(items)
    counts: Counter[tuple[User, str]] = Counter()
    for item in items:
        desk = desks[item.member]
        named = responsible.get(item.member_commitment_id)
        for user in desk.asked_for(item, named):
            counts[user, item.member] += 1
    totals = Counter(item.member for item in items)
    for contact, member in contacts_of(members):
        counts[contact, member] = totals[member]
    return [
        PersonAsked(user, member, count) for (user, member), count in counts.items()
    ]


@dataclass(frozen=True)
class _Desk:
    officers: list[User]
    heads: list[User]

    def asked_for(self, item: Missing, named: User | None) -> list[User]:
        if item.is_in_clearance and self.heads:
            return self.heads
        if named is not None:
            return [named]
        return self.officers or self.heads


def _desks(members: set[str], at: datetime) -> dict[str, _Desk]:
    desks: dict[str, _Desk] = defaultdict(lambda: _Desk([], []))
    found = User.objects.people().filter(
        is_active=True,
        member__in=members,
        roles__overlap=[Role.OFFICER, Role.HEAD],
    )
    people = list(found.order_by("pk"))
    remember_acting_heads(people, at)
    for person in people:
        desk = desks[person.delegation or ""]
        if person.has_role(Role.OFFICER):
            desk.officers.append(person)
        if person.is_head_at(at):
            desk.heads.append(person)
    return desks


def _responsible(items: list[Missing]) -> dict[UUID, User]:
    """Return the people named as responsible who still belong to the delegation."""
    rows = Assignment.objects.filter(
        kind=Assignment.Kind.RESPONSIBLE,
        member_commitment__in=[item.member_commitment_id for item in items],
    ).select_related("user", "member_commitment")
    return {
        row.member_commitment_id: row.user
        for row in rows
        if row.user.delegation == row.member_commitment.member_id
    }


def contacts_of(members: set[str]) -> list[tuple[User, str]]:
    """Return focal points and deputies who still belong to the delegation."""
    rows = FocalPoint.objects.filter(
        Q(user__is_active=True) | Q(deputy__is_active=True), member__in=members
    ).select_related("user", "deputy")
    pairs = [
        (person, row.member_id)
        for row in rows
        for person in (row.user, row.deputy)
        if person is not None
    ]
    return [(person, member) for person, member in pairs if person.delegation == member]
