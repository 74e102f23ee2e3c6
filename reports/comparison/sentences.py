"""Puts a difference between two reports into sentences, in the reader's language."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.wording.listed import listed
from progress.assessments.text import score_label, score_text
from progress.positions.labels import status_label
from reports.facts_difference import (
    ENTRY_CHANGES,
    ChangedEntry,
    ChangedTitle,
    ChangedValue,
    EntryChange,
    FactsDifference,
)
from reports.scores.difference import ChangedScore, ScoresDifference

# A sentence names so many places, and counts the others.
MOST_NAMED: Final = 5

ENTRY_CHANGE_LABELS: Final = {
    "new": gettext_lazy("New entry"),
    "newer": gettext_lazy("Newer entry"),
    "corrected": gettext_lazy("Corrected entry"),
    "shows_again": gettext_lazy("An earlier entry shows again"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "gone": gettext_lazy("No released entry any more"),
    "rewritten": gettext_lazy("Same entry, other text"),
}
# What is named, and the words that count it.
CountedRows = tuple[Sequence[object], Callable[[int], str]]
# How many entries of one kind, before their places are named.
_COUNTED: Final[dict[EntryChange, Callable[[int], str]]] = {
    "new": lambda n: ngettext("%(count)d new entry", "%(count)d new entries", n),
    "newer": lambda n: ngettext("%(count)d newer entry", "%(count)d newer entries", n),
    "corrected": lambda n: ngettext(
        "%(count)d corrected entry", "%(count)d corrected entries", n
    ),
    "shows_again": lambda n: ngettext(
        "%(count)d earlier entry that shows again",
        "%(count)d earlier entries that show again",
        n,
    ),
    "withdrawn": lambda n: ngettext(
        "%(count)d withdrawn entry", "%(count)d withdrawn entries", n
    ),
    "gone": lambda n: ngettext(
        "%(count)d position without a released entry any more",
        "%(count)d positions without a released entry any more",
        n,
    ),
    "rewritten": lambda n: ngettext(
        "%(count)d entry with other text", "%(count)d entries with other text", n
    ),
}
PART_NAMES: Final = {
    "title": gettext_lazy("title"),
    "issuer": gettext_lazy("issuer"),
    "audience_statement": gettext_lazy("statement on who may read it"),
    "scope": gettext_lazy("scope"),
    "plan": gettext_lazy("description of the plan"),
    "stocktake": gettext_lazy("description of the stocktake"),
    "compared": gettext_lazy("what changes are compared with"),
    "sections": gettext_lazy("sections"),
    "labels": gettext_lazy("labels"),
    "members": gettext_lazy("members"),
    "figures": gettext_lazy("figures"),
    "lists": gettext_lazy("lists"),
    "summary": gettext_lazy("summary"),
    "instruments": gettext_lazy("index of instruments"),
    "acronyms": gettext_lazy("acronyms"),
    "method": gettext_lazy("method"),
    "scores": gettext_lazy("scores by assessing bodies"),
}


def sentences_of(difference: FactsDifference) -> Iterator[str]:
    """Yield a few sentences that say what differs. There is one at least, unless none.

    Each ends with a full stop, names five places at most, and counts the others.
    """
    if difference.at_after:
        yield _("It is as of %(after)s. Before, it was as of %(before)s.") % {
            "after": difference.at_after,
            "before": difference.at_before,
        }
    for change in ENTRY_CHANGES:
        if rows := difference.changed(change):
            counted = _COUNTED[change](len(rows)) % {"count": len(rows)}
            yield _named(counted, [str(row.place) for row in rows])
    yield from _of_statuses(difference.moved)
    yield from _of_rows(difference)
    yield from _of_scores(difference.scores)
    yield from _of_titles(difference.titles)
    if difference.parts:
        names = listed(part_names(difference.parts))
        yield _("These parts differ: %(names)s.") % {"names": names}


def part_names(parts: Sequence[str]) -> list[str]:
    """Return the names of parts of the facts, each once."""
    other = _("form of the data, since an update of the system")
    return list(dict.fromkeys(str(PART_NAMES.get(part, other)) for part in parts))


def _named(counted: str, names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    named = list(names[:MOST_NAMED])
    if more > 0:
        rest = ngettext("%(count)d more", "%(count)d more", more) % {"count": more}
        named.append(rest)
    return _("%(counted)s: %(names)s.") % {
        "counted": counted,
        "names": listed(named, "; "),
    }


def _of_statuses(rows: Sequence[ChangedEntry]) -> Iterator[str]:
    if rows:
        count = len(rows)
        counted = ngettext("%(count)d other status", "%(count)d other statuses", count)
        names = [f"{row.place}, {status_move(row)}" for row in rows]
        yield _named(counted % {"count": count}, names)


def status_move(row: ChangedEntry) -> str:
    """Return how a status has changed: "Limited progress → Implemented"."""
    return f"{status_label(row.before)} → {status_label(row.after)}"


def _of_rows(difference: FactsDifference) -> Iterator[str]:
    rows: list[CountedRows] = [
        (
            [row.place for row in difference.leads],
            lambda n: ngettext(
                "%(count)d other lead authority", "%(count)d other lead authorities", n
            ),
        ),
        (
            [_target(row) for row in difference.targets],
            lambda n: ngettext(
                "%(count)d other target date", "%(count)d other target dates", n
            ),
        ),
        (
            difference.marks,
            lambda n: ngettext(
                "%(count)d position with other marks or evidence",
                "%(count)d positions with other marks or evidence",
                n,
            ),
        ),
        (
            difference.added,
            lambda n: ngettext(
                "%(count)d commitment more", "%(count)d commitments more", n
            ),
        ),
        (
            difference.removed,
            lambda n: ngettext(
                "%(count)d commitment fewer", "%(count)d commitments fewer", n
            ),
        ),
    ]
    yield from _of_counted(rows)


def _of_counted(rows: Sequence[CountedRows]) -> Iterator[str]:
    for named, counted in rows:
        if named:
            count = {"count": len(named)}
            yield _named(counted(len(named)) % count, [str(one) for one in named])


def _target(row: ChangedValue) -> str:
    return f"{row.place}, {value_move(row)}"


def value_move(row: ChangedValue) -> str:
    """Return how a value has changed: "31 December 2016 → none"."""
    return f"{row.before or _('none')} → {row.after or _('none')}"


def _of_scores(difference: ScoresDifference) -> Iterator[str]:
    rows: list[CountedRows] = [
        (
            [table.body for table in difference.added],
            lambda n: ngettext(
                "%(count)d score table more", "%(count)d score tables more", n
            ),
        ),
        (
            [table.body for table in difference.removed],
            lambda n: ngettext(
                "%(count)d score table fewer", "%(count)d score tables fewer", n
            ),
        ),
        (
            [table.body for table in difference.replaced],
            lambda n: ngettext(
                "%(count)d other score table", "%(count)d other score tables", n
            ),
        ),
        (
            [f"{row}, {score_move(row)}" for row in difference.scores],
            lambda n: ngettext("%(count)d other score", "%(count)d other scores", n),
        ),
    ]
    yield from _of_counted(rows)


def score_move(row: ChangedScore) -> str:
    """Return how a score has changed: "0 → +1"."""
    return f"{score_or_none(row.before)} → {score_or_none(row.after)}"


def score_or_none(score: str) -> str:
    """Return a score as tables print it, or that there is none."""
    return score_text(score) or score_label("")


def _of_titles(titles: Sequence[ChangedTitle]) -> Iterator[str]:
    if titles:
        count = len(titles)
        counted = ngettext("%(count)d other title", "%(count)d other titles", count)
        names = [f"{row.code} “{row.after}”".strip() for row in titles]
        yield _named(counted % {"count": count}, names)
