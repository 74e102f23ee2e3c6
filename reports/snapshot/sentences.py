"""How a sentence of a summary is made: a predicate, a template, numbers and names.

Below TLP:AMBER a position without an entry has "no released entry": its readers must
not learn whether there is an entry that they may not see. So sentences about absence
come in two forms, "published" and "released".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.wording.listed import listed
from progress.positions.figures import SCALE, STATUSES
from progress.positions.labels import status_label
from reports.snapshot.told import MOST_NAMED, Told
from reports.snapshot_schema import Cell

Number = Callable[[Told], int]
Words = Callable[[int], str]

MIX, CHANGES, RISK = "table-mix", "table-changes", "table-risk"
OVERDUE, GAPS = "table-overdue", "table-gaps"
# From the most done to the least done, and then what is outside the scale.
_STATUSES: Final = (*reversed(SCALE), *STATUSES[len(SCALE) :])


@dataclass(frozen=True)
class SentenceRule:
    """A sentence: when it is true, and what it says then."""

    name: str
    table: str
    holds: Callable[[Told], bool]
    template: Callable[[Told], str]
    numbers: Callable[[Told], Mapping[str, int]] = lambda _told: {}
    names: Callable[[Told], Mapping[str, str]] = lambda _told: {}


def joined(names: Sequence[str]) -> str:
    """Return names as a list in a sentence: "Canada, France and Japan"."""
    if len(names) < 2:
        return "".join(names)
    return pgettext("the end of a list", "%(first)s and %(last)s") % {
        "first": listed(names[:-1]),
        "last": names[-1],
    }


def plain(
    name: str, table: str, holds: Callable[[Told], bool], text: Words
) -> SentenceRule:
    """A sentence without a number."""
    return SentenceRule(name, table, holds, lambda _told: text(0))


def counted(
    name: str,
    table: str,
    number: Number,
    words: Words,
    *,
    only_if: Callable[[Told], bool] = lambda _told: True,
) -> SentenceRule:
    """A sentence about a number of things, which is not said of none."""
    return SentenceRule(
        name,
        table,
        holds=lambda told: number(told) > 0 and only_if(told),
        template=lambda told: words(number(told)),
        numbers=lambda told: {"count": number(told)},
    )


def in_two_forms(
    name: str, table: str, number: Number, published: Words, released: Words
) -> tuple[SentenceRule, SentenceRule]:
    """A sentence about a number of positions without an entry, or with one."""
    return (
        counted(
            f"{name}_published",
            table,
            number,
            published,
            only_if=lambda told: told.reads_all,
        ),
        counted(
            f"{name}_released",
            table,
            number,
            released,
            only_if=lambda told: not told.reads_all,
        ),
    )


def statuses(
    name: str,
    counts: Callable[[Told], Mapping[str, int]],
    holds: Callable[[Told], bool],
    words: Callable[[], str],
) -> SentenceRule:
    """A sentence with the number of each status, from the most done on."""

    def numbers(told: Told) -> dict[str, int]:
        found = counts(told)
        return {status: found[status] for status in _STATUSES if found[status]}

    def template(told: Told) -> str:
        each = [
            _("{count} “{status}”").format(count=f"{{{one}}}", status=status_label(one))
            for one in numbers(told)
        ]
        return words().replace("{statuses}", joined(each))

    return SentenceRule(name, MIX, holds, template, numbers)


def named(
    name: str,
    table: str,
    cells: Callable[[Told], Sequence[Cell]],
    few: Callable[[], str],
    many: Callable[[], str],
) -> tuple[SentenceRule, SentenceRule]:
    """Which positions they are: each by name if they are few, else by member."""

    def by_member(told: Told) -> str:
        each = [
            f"{told.name_of_member(code)} {{{code}}}"
            for code in told.by_member(cells(told))
        ]
        return many().replace("{members}", joined(each))

    return (
        SentenceRule(
            f"{name}_named",
            table,
            lambda told: 0 < len(cells(told)) <= MOST_NAMED,
            lambda _told: few(),
            names=lambda told: {"cells": told.named(cells(told))},
        ),
        SentenceRule(
            f"{name}_by_member",
            table,
            lambda told: len(cells(told)) > MOST_NAMED and len(told.members) > 1,
            by_member,
            numbers=lambda told: told.by_member(cells(told)),
        ),
    )
