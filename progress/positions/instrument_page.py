"""The page of one instrument: the commitments that concern it, and who reported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from commitments.models import Instrument
from progress.models import Entry, Stocktake
from progress.positions.figures import Figures
from progress.positions.instruments import PlanInstruments
from progress.positions.reading import (
    MemberPosition,
    PlanReading,
    ReadingAction,
    ReadingRow,
    by_action,
)
from progress.positions.viewpoint import Viewpoint

MOST_LATEST: Final = 8
# What the list of the last entries shows, and a cell does not.
_TEXT: Final = ("narrative", "next_steps", "obstacles", "language", "handling")


@dataclass(frozen=True)
class ReadInstrument:
    """What the plan says and the members did about an instrument."""

    owners: Sequence[Instrument]
    owned: Sequence[Instrument]
    actions: Sequence[ReadingAction]
    # The entries published last, the newest first.
    latest: Sequence[MemberPosition]
    # How many commitments concern it.
    commitment_count: int
    figures: Figures | None
    since: Stocktake | None


def build_instrument(
    instruments: PlanInstruments, instrument: Instrument, viewpoint: Viewpoint | None
) -> ReadInstrument:
    """Return the page for the reader; without a viewpoint its wording only.

    Four queries with a viewpoint, else none.
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
        latest=_latest(shown),
        actions=by_action(rows),
        commitment_count=len(rows),
        figures=reading.figures(shown) if reading else None,
        since=reading.since if reading else None,
    )


def _latest(positions: Iterable[MemberPosition]) -> list[MemberPosition]:
    """Return the positions published last, with their texts. One query."""
    published = [
        (one.position.entry.published_at, one)
        for one in positions
        if one.position.entry is not None and one.position.entry.published_at
    ]
    published.sort(key=lambda found: found[0], reverse=True)
    latest = [one for _published_at, one in published[:MOST_LATEST]]
    entries = [one.position.entry for one in latest if one.position.entry]
    # They are positions of this reader already: only their texts are read here.
    texts = Entry.objects.only(*_TEXT).in_bulk([entry.pk for entry in entries])
    for entry in entries:
        for name in _TEXT:
            setattr(entry, name, getattr(texts[entry.pk], name))
    return latest
