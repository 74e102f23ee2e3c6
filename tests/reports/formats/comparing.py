"""Compare what a file tells with the record, and say each difference."""

import re
from collections.abc import Iterator

from tests.reports.formats.blocks import Document
from tests.reports.formats.told import Told, ToldPosition
from tests.reports.formats.truth import TruePosition, Truth
from tests.reports.formats.vocabulary import WORDS, fragments_of, letters

GAPS = ("not_reported", "no_update", "late")


def differences(
    told: Told,
    truth: Truth,
    *,
    is_partial: bool = False,
    is_short: bool = False,
    has_figures: bool = True,
) -> list[str]:
    """Return what a file tells otherwise than the record.

    A partial one, of changes, leaves out what has not changed. A short one has the
    status and the first sentence of an entry.
    """
    return [
        *_missing(told, truth, is_partial=is_partial),
        *(_short_positions(told, truth) if is_short else _positions(told, truth)),
        *_figures(told, truth, has_figures=has_figures),
    ]


def _missing(told: Told, truth: Truth, *, is_partial: bool) -> Iterator[str]:
    found = truth.positions.items()
    true = {cell for cell, one in found if one.status != "not_reported"}
    for cell in set(told.positions) - true:
        yield f"{cell} has no entry in the record"
    if not is_partial:
        for cell in true - set(told.positions):
            yield f"{cell} is missing"


def _positions(told: Told, truth: Truth) -> Iterator[str]:
    for cell, one in told.positions.items():
        if cell in truth.positions:
            for difference in _position(one, truth.positions[cell]):
                yield f"{cell}: {difference}"


def _short_positions(told: Told, truth: Truth) -> Iterator[str]:
    for cell, one in told.positions.items():
        true = truth.positions.get(cell)
        if true and one.status != true.status:
            yield f"{cell}: status is {one.status}, not {true.status}"
        if true and ("at_risk" in one.flags) != ("at_risk" in true.flags):
            yield f"{cell}: wrong about the risk"
        if true and one.lacks([fragments_of(true.narrative)[0].split(". ")[0]]):
            yield f"{cell}: not its first sentence"


def _position(told: ToldPosition, true: TruePosition) -> Iterator[str]:
    for name in ("status", "as_of", "published_on"):
        if getattr(told, name) != getattr(true, name):
            yield f"{name} is {getattr(told, name)}, not {getattr(true, name)}"
    if told.flags != true.flags:
        yield f"flags {sorted(told.flags)}, not {sorted(true.flags)}"
    if told.typed is not None and told.typed != true.words:
        yield f"its words are {told.typed}, not {true.words}"
    for lacking in told.lacks(_expected(told, true)):
        yield f"it does not say “{lacking}”"


def _expected(told: ToldPosition, true: TruePosition) -> Iterator[str]:
    """Yield what a reader must find: of words that are there as typed, nothing more."""
    if told.typed is None:
        for words in true.words:
            yield from fragments_of(words)
    for item in true.evidence:
        yield from filter(None, item)


def _figures(told: Told, truth: Truth, *, has_figures: bool) -> Iterator[str]:
    true = truth.all_counts()
    if has_figures and "plan" not in told.counts:
        yield "the figures of the plan are missing"
    for name in true.keys() & told.counts.keys():
        for code, count in told.counts[name].items():
            if count != true[name][code]:
                yield f"{name} counts {count} {code}, not {true[name][code]}"


def gap_differences(document: Document, truth: Truth, language: str) -> list[str]:
    """Return what a list of gaps counts otherwise than the record, by member."""
    labels = {name: WORDS[language][name] for name in GAPS}
    columns = {*map(letters, labels.values())}
    tables = [
        table for table in document.tables if columns <= {*map(letters, table.rows[0])}
    ]
    if len(tables) != 1:
        return [f"{len(tables)} tables of gaps"]
    heads = [*map(letters, tables[0].rows[0])]
    rows = {letters(row[0]): row for row in tables[0].rows[1:]}
    return [
        f"{name}: {said} instead of {count} {gap}"
        for code, name in truth.members.items()
        for gap in GAPS
        for said in [rows[letters(name)][heads.index(letters(labels[gap]))]]
        if _number(said) != (count := truth.gaps_of(code, gap))
    ]


def _number(text: str) -> int:
    found = re.match(r"\d+", text)
    return int(found[0]) if found else 0
