"""Search and sort people as a reader expects, and not by bytes.

There are only some hundred people, and the embedded database can only sort by bytes. So
names are folded, compared and sorted here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from accounts.models import AccountState, PendingGrant, User
from accounts.permissions import can_manage_in_delegation
from accounts.querysets import UserQuerySet
from accounts.wording.names import fold, name_order


@dataclass(frozen=True)
class Criteria:
    """The filter of a list of people. An empty value means all."""

    search: str = ""
    member: str = ""
    role: str = ""
    state: str = ""


def find(people: UserQuerySet, criteria: Criteria) -> list[User]:
    """Return the people whose name and address contain every word of the search."""
    if criteria.member:
        people = people.filter(member=criteria.member)
    if criteria.role:
        people = people.filter(roles__contains=[criteria.role])
    if criteria.state:
        people = people.in_account_state(criteria.state)
    words = fold(criteria.search).split()
    return [
        person
        for person in people
        if all(map(_searchable(f"{person.name} {person.email}").__contains__, words))
    ]


# Han, kana and Hangul, which write a name with a blank between its parts, or without.
_BETWEEN_CJK = re.compile(
    r"(?<=[々〆ぁ-ヿ㐀-鿿豈-﫿가-힣\U00020000-\U0003ffff])\s+"
    r"(?=[々〆ぁ-ヿ㐀-鿿豈-﫿가-힣\U00020000-\U0003ffff])"
)


def _searchable(text: str) -> str:
    """Return the text folded, without the blanks inside a Japanese or Korean name."""
    return _BETWEEN_CJK.sub("", fold(text))


@dataclass(frozen=True)
class DelegationPersonRow:
    """A person of a delegation, or someone invited to it, as its heads see them.

    An invitation of an address that is in use elsewhere looks like any other: a head
    must not learn that there is such an account.
    """

    pk: UUID
    name: str
    email: str
    role_labels: list[str]
    state: AccountState
    version: int = 1
    role_ends_on: date | None = None
    last_login: datetime | None = None
    is_managed: bool = True

    @property
    def is_invited(self) -> bool:
        return self.state is AccountState.INVITED

    @property
    def shown_version(self) -> int:
        """Return the version for a form. It must not tell invitations apart."""
        return 1 if self.is_invited else self.version

    @property
    def can_edit(self) -> bool:
        return self.is_managed and self.state is AccountState.ACTIVE

    @property
    def can_reactivate(self) -> bool:
        return self.is_managed and self.state is AccountState.DEACTIVATED


def delegation_rows(head: User) -> list[DelegationPersonRow]:
    """Return the people of a head's delegation by name. Two queries.

    Invitations that were withdrawn before the person came are left out.
    """
    people = User.objects.named_to(head).people()
    rows = [_row(person, head) for person in people if not person.was_withdrawn]
    rows += map(_invited_row, PendingGrant.objects.clashes_of(head.delegation))
    return sorted(rows, key=lambda row: (*name_order(row.name), str(row.pk)))


def _row(person: User, head: User) -> DelegationPersonRow:
    return DelegationPersonRow(
        pk=person.pk,
        name=person.name,
        email=person.email,
        role_labels=person.role_labels,
        state=person.account_state,
        version=person.version,
        role_ends_on=person.role_ends_on,
        last_login=person.last_login,
        is_managed=can_manage_in_delegation(head, person),
    )


def _invited_row(clash: PendingGrant) -> DelegationPersonRow:
    return DelegationPersonRow(
        pk=clash.pk,
        name=clash.name,
        email=clash.email,
        role_labels=clash.role_labels,
        state=AccountState.INVITED,
        role_ends_on=clash.role_ends_on,
    )


def by_name(people: Iterable[User]) -> list[User]:
    return sorted(people, key=lambda person: (*name_order(person.name), str(person.pk)))


def _last_sign_in(person: User) -> tuple[str, str]:
    """Return the last sign-in as text, so that people without one can be compared."""
    return (person.last_login.isoformat() if person.last_login else "", "")


def _acts_for(person: User) -> str:
    """Return the name of the person's member or body, or nothing."""
    place = person.member or person.body
    return place.name if place else ""


COLUMNS: dict[str, Callable[[User], tuple[str, str]]] = {
    "name": lambda person: name_order(person.name),
    "email": lambda person: (person.email, ""),
    "member": lambda person: name_order(_acts_for(person)),
    "last_login": _last_sign_in,
}


def in_order(people: list[User], ordering: str) -> list[User]:
    """Sort by a column, descending with "-" before it; by name if it is unknown."""
    column = COLUMNS.get(ordering.removeprefix("-"), COLUMNS["name"])
    return sorted(by_name(people), key=column, reverse=ordering.startswith("-"))
