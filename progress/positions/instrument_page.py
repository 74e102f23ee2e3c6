"""The page of one instrument: the commitments that concern it, and who reported."""

from collections.abc import Sequence
from dataclasses import dataclass

from commitments.models import Instrument
from progress.models import Stocktake
from progress.positions.figures import Figures
from progress.positions.instruments import PlanInstruments
from progress.positions.reading import (
    PlanReading,
    ReadingAction,
    ReadingRow,
    by_action,
)
from progress.positions.viewpoint import Viewpoint


@dataclass(frozen=True)
class ReadInstrument:
    """What the plan says and the members did about an instrument."""

    owners: Sequence[Instrument]
    owned: Sequence[Instrument]
    actions: Sequence[ReadingAction]
    # How many commitments concern it.
    commitment_count: int
    figures: Figures | None
    since: Stocktake | None


def build_instrument(
    instruments: PlanInstruments, instrument: Instrument, viewpoint: Viewpoint | None
) -> ReadInstrument:
    """Return the page for the reader; without a viewpoint its wording only.

    Three queries with a viewpoint, else none.
    """
    table = instruments.table
    reading = PlanReading.of_plan(table, viewpoint) if viewpoint else None
    rows = [
        ReadingRow.of(table.plan, line, reading.of_line(line) if reading else ())
        for line in instruments.lines_by_slug[instrument.slug]
    ]
    shown = [one for row in rows for one in row.shown]
    return ReadInstrument(
        owners=instruments.owners_of(instrument),
        owned=instruments.owned_by(instrument),
        actions=by_action(rows, reading.figures if reading else None),
        commitment_count=len(rows),
        figures=reading.figures(shown) if reading else None,
        since=reading.since if reading else None,
    )
