"""Read the reference files that people edit: members and presidencies.

TOML is read strictly. A missing key, an unknown key or a value of another type is
refused with the file and the row, so that a typing error never half-loads a table.
"""

import tomllib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")
KINDS = {
    "str": "a text",
    "int": "a whole number",
    "date": "a date",
    "datetime": "a date and time with its zone",
    "list": "a list",
    "dict": "a table",
}


class ReferenceDataError(ValueError):
    """A fault in a reference file. The message names the file and the row."""


class ReferenceRow:
    """The cells of one row. Each is taken by its name and type."""

    def __init__(self, cells: dict[str, object], where: str) -> None:
        self.cells = dict(cells)
        self.where = where

    def take(self, key: str, kind: type[Value]) -> Value:
        """Return the cell with this name, or raise ReferenceDataError if missing."""
        if key not in self.cells:
            raise ReferenceDataError(f"{self.where}: {key} is missing.")
        value = self.cells.pop(key)
        # isinstance would accept a datetime as a date and a bool as a number.
        if type(value) is not kind or not _is_sound(value):
            raise ReferenceDataError(
                f"{self.where}: {key} must be {KINDS[kind.__name__]}."
            )
        return value

    def take_if_given(self, key: str, kind: type[Value]) -> Value | None:
        return self.take(key, kind) if key in self.cells else None

    def take_texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts. It may not be empty."""
        texts = self.take(key, list)
        if not texts or not all(type(t) is str and _is_sound(t) for t in texts):
            raise ReferenceDataError(f"{self.where}: {key} must be a list of texts.")
        return tuple(texts)

    def take_texts_if_given(self, key: str) -> tuple[str, ...]:
        return self.take_texts(key) if key in self.cells else ()

    def take_table(self, key: str) -> dict[str, str]:
        """Return a table of texts by their names, empty if it is not given."""
        table = self.take_if_given(key, dict) or {}
        if not all(type(t) is str and _is_sound(t) for t in table.values()):
            raise ReferenceDataError(f"{self.where}: {key} must contain only texts.")
        return table

    def finish(self) -> None:
        """Raise ReferenceDataError for cells not taken: a misspelt key is no value."""
        if self.cells:
            unknown = ", ".join(sorted(self.cells))
            raise ReferenceDataError(f"{self.where}: {unknown} is not known here.")


class LoadOutcome(StrEnum):
    """What loading did with a row of a file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"  # links only: rows stay


def counts_sentence(noun: str, counts: Mapping[LoadOutcome, int]) -> str:
    """Return a sentence for a terminal: `Summits: 1 updated, 11 unchanged.`"""
    parts = [
        f"{counts[outcome]} {outcome}" for outcome in LoadOutcome if outcome in counts
    ]
    return f"{noun.capitalize()}: {', '.join(parts) or 'none'}."


@dataclass(frozen=True)
class MemberRecord:
    code: str
    name: str
    kind: str
    # A BCP 47 tag, or empty.
    language: str = ""


@dataclass(frozen=True)
class PresidencyRow:
    member: str
    starts_at: datetime
    ends_at: datetime

    @property
    def year(self) -> int:
        """Return the year in which it begins. At most one begins in a year."""
        return self.starts_at.astimezone(UTC).year


def read_members(path: Path) -> tuple[MemberRecord, ...]:
    rows = []
    for row in read_rows(path, "members"):
        code, name = row.take("code", str), row.take("name", str)
        kind = row.take("kind", str)
        language = row.take_if_given("language", str) or ""
        rows.append(MemberRecord(code, name, kind, language))
        row.finish()
    refuse_twice(path, "code", (row.code for row in rows))
    return tuple(rows)


def read_presidencies(path: Path) -> tuple[PresidencyRow, ...]:
    """Return presidencies in order of time. They may not overlap."""
    rows = []
    for row in read_rows(path, "presidencies"):
        starts_at = row.take("starts_at", datetime)
        ends_at = row.take("ends_at", datetime)
        if starts_at.tzinfo is None or ends_at.tzinfo is None:
            raise ReferenceDataError(
                f"{row.where}: a time needs its time zone, as in …Z."
            )
        if starts_at >= ends_at:
            raise ReferenceDataError(f"{row.where}: it ends before it starts.")
        rows.append(PresidencyRow(row.take("member", str), starts_at, ends_at))
        row.finish()
    refuse_twice(path, "year of starts_at", (row.year for row in rows))
    rows.sort(key=lambda row: row.starts_at)
    for earlier, later in pairwise(rows):
        if later.starts_at < earlier.ends_at:
            raise ReferenceDataError(
                f"{path.name}: the presidencies of {earlier.member} and"
                f" {later.member} overlap in {later.year}."
            )
    return tuple(rows)


def read_rows(path: Path, table: str) -> list[ReferenceRow]:
    """Return the rows of a file with one table and nothing else."""
    file = read_file(path)
    rows = file.take(table, list)
    file.finish()
    if not all(isinstance(cells, dict) for cells in rows):
        raise ReferenceDataError(f"{path.name}: write each row as [[{table}]].")
    return [
        ReferenceRow(cells, f"{path.name}, row {number}")
        for number, cells in enumerate(rows, start=1)
    ]


def read_file(path: Path) -> ReferenceRow:
    """Return the top level of a TOML file as one row."""
    try:
        return ReferenceRow(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except OSError as error:
        raise ReferenceDataError(f"{path}: {error.strerror}.") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise ReferenceDataError(f"{path.name}: {error}.") from error


def _is_sound(value: object) -> bool:
    """Return whether a text is usable: TOML can write NUL or a line break into it."""
    return not isinstance(value, str) or (value.strip() != "" and min(value) >= " ")


def refuse_twice(path: Path, key: str, values: Iterable[Hashable]) -> None:
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            raise ReferenceDataError(f"{path.name}: {key} {value} is given twice.")
        seen.add(value)
