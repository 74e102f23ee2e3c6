"""Search and sort people as a reader expects, and not by bytes.

There are only some hundred people, and the embedded database can only sort by bytes. So
names are folded, compared and sorted here.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import User
from accounts.querysets import UserQuerySet
from accounts.typed.text import without_unseen


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


# Letters that Unicode does not decompose, as people write them without their mark.
UNMARKED = str.maketrans(
    {
        "æ": "ae", "ǽ": "ae", "œ": "oe", "þ": "th", "ð": "d", "đ": "d", "ɖ": "d",
        "ł": "l", "ƚ": "l", "ø": "o", "ı": "i", "ɨ": "i", "ħ": "h", "ŧ": "t", "ŋ": "n",
        "ə": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ƶ": "z",
        "ĸ": "k", "ʉ": "u", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "‐": "-", "‑": "-",
        "–": "-", "・": " ", "·": " ", "゠": "-",
    }
)  # fmt: skip
# Han, kana and Hangul, which write a name with a blank between its parts, or without.
_BETWEEN_CJK = re.compile(
    r"(?<=[々〆ぁ-ヿ㐀-鿿豈-﫿가-힣\U00020000-\U0003ffff])\s+"
    r"(?=[々〆ぁ-ヿ㐀-鿿豈-﫿가-힣\U00020000-\U0003ffff])"
)


def fold(text: str) -> str:
    """Return text without accents and case, and with full-width letters as plain ones.

    Only marks of European scripts are removed: in Japanese, が is not か. So are marks
    that cannot be seen.
    """
    decomposed = unicodedata.normalize("NFKD", without_unseen(text))
    plain = "".join(mark for mark in decomposed if not "\u0300" <= mark <= "\u036f")
    return unicodedata.normalize("NFC", plain).casefold().translate(UNMARKED)


def _searchable(text: str) -> str:
    """Return the text folded, without the blanks inside a Japanese or Korean name."""
    return _BETWEEN_CJK.sub("", fold(text))


def name_order(name: str) -> tuple[str, str]:
    """Return the key by which names are sorted: Đ is with D, Ł with L.

    The languages of the site sort letters with marks among those without. The embedded
    database has no such order, and a library with Unicode's whole table of weights
    would change nothing for these languages. Of names that fold alike, code points
    decide.
    """
    return fold(name), name


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
