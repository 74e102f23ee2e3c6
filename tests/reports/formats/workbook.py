"""Read the positions, the evidence and the figures of a workbook, by its headings."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from tests.reports.formats.blocks import Table
from tests.reports.formats.told import CODE, Counts, Told, counts_in, told_of_rows
from tests.reports.formats.truth import Cell
from tests.reports.formats.vocabulary import MONTHS, STATUSES, WORDS, days_in

Sheets = Mapping[str, list[list[Any]]]
DAYS = ("as_of", "published_at", "unchanged_since", "confirmed_at", "target_on")
YES_OR_NO = ("at_risk", "late", "correction", "shows_again", "is_overdue")
TEXTS = ("narrative", "next_steps", "obstacles", "lead_authority", "status", "figure")
MONTH_NAMES = {number: name for name, number in MONTHS.items()}
# A sign before the name of a status or a flag.
SIGNS = "○◔◕●▲◌– "


def workbook_rows(
    sheets: Sheets,
    headings: Mapping[str, str],
    members: Mapping[str, str],
    language: str,
) -> list[dict[str, Any]]:
    """Return a row of each position, with the evidence from its own sheet.

    `headings` are the names of the columns of CSV, by their headings.
    """
    codes = {name: code for code, name in members.items()}
    found: list[dict[str, Any]] = []
    evidence: dict[Cell, list[str]] = {}
    for names, row in _rows_below_headings(sheets, headings):
        texts = dict(zip(names, row, strict=False))
        cell = texts["commitment"], codes[texts["member_name"]]
        if "narrative" in names:
            found.append(_position(texts, language) | {"member": cell[1]})
        elif "entry" in names:
            evidence.setdefault(cell, []).extend(row)
    return [
        row
        | {"evidence": "\n".join(evidence.get((row["commitment"], row["member"]), ()))}
        for row in found
    ]


def _rows_below_headings(
    sheets: Sheets, headings: Mapping[str, str]
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield each row of one commitment and member, with the names of its columns."""
    for sheet in sheets.values():
        names: list[str] = []
        for cells in sheet:
            row = [*map(as_text, cells)]
            if {"commitment", "member_name"} <= {headings.get(text) for text in row}:
                names = [headings.get(text, "") for text in row]
            elif names and CODE.fullmatch(row[names.index("commitment")]):
                yield names, row


def _position(row: dict[str, Any], language: str) -> dict[str, Any]:
    # A column of what is nowhere there may be left out.
    whole = dict.fromkeys((*DAYS, *YES_OR_NO, *TEXTS), "") | row
    flags = {name: bool(whole[name]) for name in YES_OR_NO}
    action = {"action": row["commitment"].partition(".")[0]}
    return with_codes(whole, language) | flags | action


def with_codes(row: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a row with codes and ISO dates in place of words of a language."""
    words = WORDS[language]
    codes = {words[code]: code for code in (*STATUSES, "no_update", "current")}
    coded = {
        name: codes.get(row[name].lstrip(SIGNS), "") for name in ("status", "figure")
    }
    return row | coded | {name: (*days_in(row[name]), "")[0] for name in DAYS}


def told_of_workbook(
    sheets: Sheets, rows: Iterable[Mapping[str, Any]], language: str
) -> Told:
    """Return what a workbook tells: these rows, and the figures of its tables."""
    counts: Counts = {}
    for sheet in sheets.values():
        for at in range(len(sheet)):
            counts |= counts_in(_table_from(sheet[at:]), WORDS[language])
    return Told(told_of_rows(rows).positions, counts)


def _table_from(rows: list[list[Any]]) -> Table:
    """Return the table that begins with the first of these rows."""
    found: list[list[str]] = []
    for row in rows:
        texts = [as_text(cell).lstrip(SIGNS) for cell in row]
        if not any(texts):
            break
        found.append(texts)
    return Table(found)


def as_text(cell: Any) -> str:
    """Return a cell as text: a day as people write it, a number without a fraction."""
    if isinstance(cell, datetime | date):
        return f"{cell.day} {MONTH_NAMES[cell.month]} {cell.year}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
