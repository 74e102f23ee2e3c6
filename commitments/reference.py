"""Reads what people keep by hand: summits, a plan's own data, its instruments."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from accounts.reference import (
    ReferenceDataError,
    ReferenceRow,
    read_file,
    read_rows,
    refuse_twice,
)


@dataclass(frozen=True)
class SummitRow:
    """A summit as held or announced; its dates are known together or not at all."""

    slug: str
    name: str
    year: int
    host: str
    place: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class PlanMeta:
    """What the text of a plan does not say about itself.

    `source` and `instruments` are the names of files beside the one this was read from.
    """

    slug: str
    title: str
    summit: str
    adopted_on: date
    source: str
    source_sha256: str
    instruments: str | None


@dataclass(frozen=True)
class InstrumentRow:
    """An instrument, the words by which the plan names it, and where it does.

    `owner` is the slug of another instrument, a name, or empty.
    """

    slug: str
    name: str
    kind: str
    owner: str
    matches: tuple[str, ...]
    commitments: tuple[str, ...]


def read_summits(path: Path) -> tuple[SummitRow, ...]:
    rows = tuple(_summit(row) for row in read_rows(path, "summits"))
    refuse_twice(path, "slug", (row.slug for row in rows))
    return rows


def _summit(row: ReferenceRow) -> SummitRow:
    summit = SummitRow(
        slug=row.take("slug", str),
        name=row.take("name", str),
        year=row.take("year", int),
        host=row.take("host", str),
        place=row.take_if_given("place", str) or "",
        starts_on=row.take_if_given("starts_on", date),
        ends_on=row.take_if_given("ends_on", date),
    )
    row.finish()
    if (summit.starts_on is None) != (summit.ends_on is None):
        raise ReferenceDataError(
            f"{row.where}: starts_on and ends_on are given together or not at all."
        )
    return summit


def read_plan_meta(path: Path) -> PlanMeta:
    row = read_file(path)
    meta = PlanMeta(
        slug=row.take("slug", str),
        title=row.take("title", str),
        summit=row.take("summit", str),
        adopted_on=row.take("adopted_on", date),
        source=row.take("source", str),
        source_sha256=row.take("source_sha256", str),
        instruments=row.take_if_given("instruments", str),
    )
    row.finish()
    return meta


def find_plan_meta(text_path: Path) -> Path:
    """The one TOML file beside a plan's text that names it as its `source`."""
    found = [
        path
        for path in sorted(text_path.parent.glob("*.toml"))
        if read_file(path).cells.get("source") == text_path.name
    ]
    if len(found) != 1:
        names = " and ".join(path.name for path in found) or "No file"
        raise ReferenceDataError(
            f'{names} beside {text_path.name} says source = "{text_path.name}":'
            " name one with --meta."
        )
    return found[0]


def read_instruments(path: Path) -> tuple[InstrumentRow, ...]:
    rows = tuple(_instrument(row) for row in read_rows(path, "instruments"))
    refuse_twice(path, "slug", (row.slug for row in rows))
    return rows


def _instrument(row: ReferenceRow) -> InstrumentRow:
    instrument = InstrumentRow(
        slug=row.take("slug", str),
        name=row.take("name", str),
        kind=row.take("kind", str),
        owner=row.take_if_given("owner", str) or "",
        matches=row.take_texts("matches"),
        commitments=row.take_texts("commitments"),
    )
    row.finish()
    return instrument


def owner_names(rows: Sequence[InstrumentRow]) -> dict[str, str]:
    """The owner of each instrument by its slug, in words: a slug becomes its name."""
    names = {row.slug: row.name for row in rows}
    return {row.slug: names.get(row.owner, row.owner) for row in rows}


def codes_that_name(matches: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """The codes whose text holds one of these as a whole word, as printed."""
    alternatives = "|".join(re.escape(match) for match in matches)
    named = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
    return [code for code, text in texts.items() if named.search(text)]


def require_named(rows: Iterable[InstrumentRow], texts: Mapping[str, str]) -> None:
    """Refuse a list of commitments that does not agree with their official wording."""
    for row in rows:
        named = codes_that_name(row.matches, texts)
        if set(named) != set(row.commitments):
            raise ReferenceDataError(
                f"The text names {row.slug} in {', '.join(named) or 'no commitment'};"
                f" the instruments file says {', '.join(row.commitments)}."
            )
