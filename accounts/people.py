"""Search and sort people as a reader expects, and not by bytes.

There are only some hundred people, and the embedded database can only sort by bytes. So
names are folded, compared and sorted here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import User
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


def by_name(people: Iterable[User]) -> list[User]:
    return sorted(people, key=lambda person: (*name_order(person.name), str(person.pk)))


def _last_sign_in(person: User) -> tuple[str, str]:
    """Return the last sign-in as text, so that people without one can be compared."""
    return (person.last_login.isoformat() if person.last_login else "", "")


COLUMNS: dict[str, Callable[[User], tuple[str, str]]] = {
    "name": lambda person: name_order(person.name),
    "email": lambda person: (person.email, ""),
    "member": lambda person: name_order(person.member.name if person.member else ""),
    "last_login": _last_sign_in,
}


def in_order(people: list[User], ordering: str) -> list[User]:
    """Sort by a column, descending with "-" before it; by name if it is unknown."""
    column = COLUMNS.get(ordering.removeprefix("-"), COLUMNS["name"])
    return sorted(by_name(people), key=column, reverse=ordering.startswith("-"))
