"""Finding people in a list: searched and sorted as a reader would, not as bytes are.

There are some hundred people, and no collation but the bytes' in the embedded database:
names are folded, compared and sorted here.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from accounts.querysets import UserQuerySet


@dataclass(frozen=True)
class Criteria:
    """What a list is to hold; empty means all."""

    search: str = ""
    member: str = ""
    role: str = ""
    state: str = ""


def find(people: UserQuerySet, criteria: Criteria) -> list[User]:
    """Those whose name and address hold every word searched for."""
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
    """Without accents and case, and full-width letters as plain ones: É and e are one.

    Only the marks of European scripts go: in Japanese, が is not か.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in decomposed if not "\u0300" <= mark <= "\u036f")
    return unicodedata.normalize("NFC", plain).casefold()


def _last_sign_in(person: User) -> str:
    """Comparable also where somebody never signed in."""
    return person.last_login.isoformat() if person.last_login else ""


COLUMNS: dict[str, Callable[[User], str]] = {
    "name": lambda person: fold(person.name),
    "email": lambda person: person.email,
    "member": lambda person: fold(person.member.name) if person.member else "",
    "last_login": _last_sign_in,
}


def in_order(people: list[User], ordering: str) -> list[User]:
    """By a column, downwards with "-" before it; by name if there is no such column."""
    column = COLUMNS.get(ordering.removeprefix("-"), COLUMNS["name"])
    by_name = sorted(people, key=lambda person: (fold(person.name), str(person.pk)))
    return sorted(by_name, key=column, reverse=ordering.startswith("-"))
