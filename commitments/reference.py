"""Reads the TOML files of summits, of a plan's data and of its instruments."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
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
    """A summit that was held or announced. Both its dates are known, or neither is."""

    slug: str
    name: str
    year: int
    host: str
    place: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class AcronymRecord:
    acronym: str
    meaning: str


@dataclass(frozen=True)
class PlanMeta:
    """Data about a plan that its text does not contain.

    `source` and `instruments` are names of files in the same folder as the meta file.
    `short_titles` gives the short title of a commitment by its code.
    """

    slug: str
    title: str
    summit: str
    adopted_on: date
    source: str
    source_sha256: str
    instruments: str | None
    short_titles: Mapping[str, str]


@dataclass(frozen=True)
class InstrumentRow:
    """An instrument, the names the plan uses for it, and the commitments with them.

    `owner` is the slug of another instrument, or empty. What the plan does not name has
    no matches and no commitments: it is there because it owns another one.
    """

    slug: str
    name: str
    kind: str
    owner: str
    matches: tuple[str, ...]
    commitments: tuple[str, ...]


def read_summits(path: Path) -> tuple[SummitRow, ...]:
    """Return the summits of a file. Raises ReferenceDataError."""
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
            f"{row.where}: give both starts_on and ends_on, or neither."
        )
    return summit


def read_acronyms(path: Path) -> tuple[AcronymRecord, ...]:
    """Return the acronyms of a file. Raises ReferenceDataError."""
    rows = []
    for row in read_rows(path, "acronyms"):
        rows.append(AcronymRecord(row.take("acronym", str), row.take("meaning", str)))
        row.finish()
    refuse_twice(path, "acronym", (row.acronym for row in rows))
    return tuple(rows)


def read_plan_meta(path: Path) -> PlanMeta:
    """Return the data of a plan from its meta file. Raises ReferenceDataError."""
    row = read_file(path)
    meta = PlanMeta(
        slug=row.take("slug", str),
        title=row.take("title", str),
        summit=row.take("summit", str),
        adopted_on=row.take("adopted_on", date),
        source=row.take("source", str),
        source_sha256=row.take("source_sha256", str),
        instruments=row.take_if_given("instruments", str),
        short_titles=row.take_table("short_titles"),
    )
    row.finish()
    refuse_twice(path, "short title", meta.short_titles.values())
    return meta


def find_plan_meta(text_path: Path) -> Path:
    """Return the TOML file in the text's folder that names the text as its `source`.

    Raises ReferenceDataError unless there is exactly one.
    """
    found = [
        path
        for path in sorted(text_path.parent.glob("*.toml"))
        if read_file(path).cells.get("source") == text_path.name
    ]
    if len(found) != 1:
        names = " and ".join(path.name for path in found) or "No file"
        verb = "have" if found else "has"
        raise ReferenceDataError(
            f"{names} in the folder of {text_path.name} {verb} source ="
            f' "{text_path.name}". Choose a meta file with --meta.'
        )
    return found[0]


def read_instruments(path: Path) -> tuple[InstrumentRow, ...]:
    """Return the instruments of a file. Raises ReferenceDataError."""
    rows = tuple(_instrument(row) for row in read_rows(path, "instruments"))
    refuse_twice(path, "slug", (row.slug for row in rows))
    return rows


def _instrument(row: ReferenceRow) -> InstrumentRow:
    instrument = InstrumentRow(
        slug=row.take("slug", str),
        name=row.take("name", str),
        kind=row.take("kind", str),
        owner=row.take_if_given("owner", str) or "",
        matches=row.take_texts_if_given("matches"),
        commitments=row.take_texts_if_given("commitments"),
    )
    row.finish()
    if bool(instrument.matches) != bool(instrument.commitments):
        raise ReferenceDataError(
            f"{row.where}: give both matches and commitments, or neither."
        )
    return instrument


def owners_first(rows: Sequence[InstrumentRow]) -> list[InstrumentRow]:
    """Return the rows with each owner before what it owns.

    Raises ReferenceDataError for owners in a circle.
    """
    known = {row.slug: row for row in rows}
    owners = {row.slug: {row.owner} & known.keys() for row in rows}
    try:
        return [known[slug] for slug in TopologicalSorter(owners).static_order()]
    except CycleError as error:
        circle = ", ".join(reversed(error.args[1]))
        raise ReferenceDataError(f"The owners of {circle} form a circle.") from error


def require_titles_of(texts: Mapping[str, str], meta: PlanMeta) -> None:
    """Raise ReferenceDataError for a short title of a commitment that is not there."""
    unknown = [code for code in meta.short_titles if code not in texts]
    if unknown:
        raise ReferenceDataError(
            f"{meta.slug} has no commitment {', '.join(unknown)} for a short title."
        )


def codes_that_name(matches: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """Return the codes of texts that contain one of these names as a whole word.

    Upper and lower case matter. Without names there are none.
    """
    matches = tuple(matches)
    if not matches:
        return []
    alternatives = "|".join(re.escape(match) for match in matches)
    named = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
    return [code for code, text in texts.items() if named.search(text)]


def require_named(rows: Iterable[InstrumentRow], texts: Mapping[str, str]) -> None:
    """Check each instrument's list of commitments against their official wording.

    Raises ReferenceDataError if the text names it in other commitments.
    """
    for row in rows:
        named = codes_that_name(row.matches, texts)
        if set(named) != set(row.commitments):
            raise ReferenceDataError(
                f"The text names {row.slug} in {', '.join(named) or 'no commitment'},"
                f" but the instruments file lists {', '.join(row.commitments)}."
            )
