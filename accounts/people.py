"""Search and sort people as a reader expects, and not by bytes.

There are only some hundred people, and the embedded database can only sort by bytes. So
names are folded, compared and sorted here.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from accounts.querysets import UserQuerySet


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
        if all(word in fold(f"{person.name} {person.email}") for word in words)
    ]


def fold(text: str) -> str:
    """Return text without accents and case, and with full-width letters as plain ones.

    Only the marks of European scripts are removed: in Japanese, が is not か.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in decomposed if not "\u0300" <= mark <= "\u036f")
    return unicodedata.normalize("NFC", plain).casefold()


def _last_sign_in(person: User) -> str:
    """Return the last sign-in as text, so that people without one can be compared."""
    return person.last_login.isoformat() if person.last_login else ""


COLUMNS: dict[str, Callable[[User], str]] = {
    "name": lambda person: fold(person.name),
    "email": lambda person: person.email,
    "member": lambda person: fold(person.member.name) if person.member else "",
    "last_login": _last_sign_in,
}


def in_order(people: list[User], ordering: str) -> list[User]:
    """Sort by a column, descending with "-" before it; by name if it is unknown."""
    column = COLUMNS.get(ordering.removeprefix("-"), COLUMNS["name"])
    by_name = sorted(people, key=lambda person: (fold(person.name), str(person.pk)))
    return sorted(by_name, key=column, reverse=ordering.startswith("-"))
