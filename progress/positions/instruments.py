"""The instruments that a plan concerns: what its commitments name, and the owners."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from commitments.models import Instrument
from progress.positions.plan_table import PlanLine, PlanTable


@dataclass(frozen=True)
class PlanInstruments:
    """The instruments of a plan, each with the commitments that concern it.

    A commitment concerns what it names, and all that own it, as `Concerns` says.
    """

    table: PlanTable
    by_key: dict[int, Instrument]

    @classmethod
    def of(cls, table: PlanTable) -> "PlanInstruments":
        """Return the instruments that the plan concerns. One query."""
        return cls(table, {row.pk: row for row in Instrument.objects.all()})

    @cached_property
    def lines_by_slug(self) -> dict[str, list[PlanLine]]:
        """The commitments that concern each instrument, in the order of the plan."""
        by_slug = {row.slug: row for row in self.by_key.values()}
        found: dict[str, list[PlanLine]] = {}
        for line in self.table.lines:
            named = [by_slug[each.slug] for each in line.instruments]
            concerned = {one.slug for each in named for one in self._with_owners(each)}
            for slug in concerned:
                found.setdefault(slug, []).append(line)
        return found

    def _with_owners(self, instrument: Instrument) -> Iterator[Instrument]:
        """Yield it and its owners. The database refuses a circle."""
        yield instrument
        if owner := self.owner_of(instrument):
            yield from self._with_owners(owner)

    def owner_of(self, instrument: Instrument) -> Instrument | None:
        return self.by_key[instrument.owner_id] if instrument.owner_id else None

    def owners_of(self, instrument: Instrument) -> list[Instrument]:
        """Return who owns it, then who owns that, and so on."""
        return [*self._with_owners(instrument)][1:]

    def owned_by(self, instrument: Instrument) -> list[Instrument]:
        """Return what it owns itself and the plan concerns, ordered by name."""
        return [row for row in self.in_order if row.owner_id == instrument.pk]

    @cached_property
    def in_order(self) -> Sequence[Instrument]:
        """The instruments that the plan concerns, ordered by name."""
        found = [row for row in self.by_key.values() if row.slug in self.lines_by_slug]
        return sorted(found, key=lambda row: (row.name.casefold(), row.slug))

    def find(self, slug: str) -> Instrument | None:
        """Return the instrument, if the plan concerns it."""
        return next((row for row in self.in_order if row.slug == slug), None)

    def named_by(self, line: PlanLine) -> "list[PlanInstrument]":
        """Return what the commitment names, ordered by name, each with its owner."""
        slugs = {named.slug for named in line.instruments}
        return [self._row(row) for row in self.in_order if row.slug in slugs]

    def by_kind(self) -> "list[InstrumentsOfKind]":
        """Return the instruments by kind. Kinds without any are left out."""
        of_kinds = (
            InstrumentsOfKind(
                str(kind.label),
                [self._row(row) for row in self.in_order if row.kind == kind],
            )
            for kind in Instrument.Kind
        )
        return [found for found in of_kinds if found.rows]

    def _row(self, row: Instrument) -> "PlanInstrument":
        lines = self.lines_by_slug[row.slug]
        return PlanInstrument(row, self.owner_of(row), lines)


@dataclass(frozen=True)
class PlanInstrument:
    """An instrument in a list, with how many commitments concern it."""

    instrument: Instrument
    owner: Instrument | None
    lines: Sequence[PlanLine]


@dataclass(frozen=True)
class InstrumentsOfKind:
    """The instruments of one kind, ordered by name."""

    label: str
    rows: Sequence[PlanInstrument]
