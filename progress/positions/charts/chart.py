"""A chart as pages and files show it: its finding, its table, its key, its drawing.

A chart says in one sentence what it shows. The sentence is on the page, and is the text
alternative of the drawing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.dates import end_of_day
from progress.positions.charts.columns import Column, ColumnMark, columns
from progress.positions.charts.files import FileRow, FileText, chart_file
from progress.positions.drawings import PartOfBar, bar, swatch
from progress.positions.viewpoint import Viewpoint


class LabelledBar(Protocol):
    """A bar of a chart with its label, as SVG for a file and for a page."""

    @property
    def label(self) -> str: ...
    @property
    def svg(self) -> str: ...
    @property
    def drawing(self) -> SafeString: ...


@dataclass(frozen=True)
class ChartBar:
    """A bar of a chart with its label. None of its stretches is empty."""

    label: str
    stretches: Sequence[PartOfBar]

    @property
    def svg(self) -> str:
        return bar(self.stretches, has_numbers=True)

    @property
    def drawing(self) -> SafeString:
        return drawn(self.svg)


@dataclass(frozen=True)
class Chart:
    """A chart as pages and files show it."""

    # Its name in an address.
    slug: str
    title: str
    # What it shows, in one sentence.
    finding: str
    # The part and its label.
    key: Sequence[tuple[str, str]]
    headings: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    # Where the chart is by itself, with its clocks. Its files are there too.
    address: str
    # What is counted, where a reader may not know everything.
    note: str = ""
    bars: Sequence[LabelledBar] = ()
    columns: Sequence[Column] = ()
    most: int = 0
    marks: Sequence[ColumnMark] = ()
    # A drawing that is neither bars nor columns, as SVG.
    drawn_plot: str = ""
    # The entries that it counts, for the handling mark of its files.
    entries: frozenset[UUID] = frozenset()
    # Whether it tells what is not published, or that there is nothing.
    tells_all: bool = False

    @property
    def finding_id(self) -> str:
        return f"chart-{self.slug}-finding"

    @property
    def plot(self) -> SafeString:
        """The drawing of its columns, or nothing for a chart of bars."""
        return drawn(self._plot())

    @property
    def swatches(self) -> list[tuple[SafeString, str]]:
        return [(drawn(swatch(part)), label) for part, label in self.key]

    def file_address(self, ending: str) -> str:
        joint = "&" if "?" in self.address else "?"
        return f"{self.address}{joint}format={ending}"

    @property
    def csv_address(self) -> str:
        return self.file_address("csv")

    @property
    def svg_address(self) -> str:
        return self.file_address("svg")

    def svg_file(self, about: Sequence[str]) -> str:
        """Return it as a file. `about` says what it is, the handling mark first."""
        notes = [self.note] if self.note else []
        text = FileText(self.title, self.finding, self.key, [*about, *notes])
        rows = [FileRow(row.label, row.svg) for row in self.bars]
        return chart_file(text, rows, self._plot())

    def _plot(self) -> str:
        if not self.columns:
            return self.drawn_plot
        return columns(
            self.columns,
            most=self.most,
            key=f"chart-{self.slug}",
            described_by=self.finding_id,
            marks=self.marks,
        )


def drawn(svg: str) -> SafeString:
    """Return a drawing of `progress.positions.drawings` as a template shows it."""
    return mark_safe(svg)  # noqa: S308 - words are escaped where it is drawn


@dataclass(frozen=True)
class ChartScope:
    """What a chart counts: all positions of a viewpoint, or those of one member."""

    viewpoint: Viewpoint
    # The code of a member; empty for all.
    member: str = ""
    # The entries that are counted, for the handling mark of a file.
    entries: frozenset[UUID] = frozenset()

    @property
    def none_label(self) -> str:
        return self.viewpoint.none_label(self.member)

    @property
    def reads_all(self) -> bool:
        """Whether an empty position means no entry, rather than a hidden one."""
        return self.viewpoint.reads_all_of(self.member)

    @property
    def note(self) -> str:
        """What is counted for a reader below amber; nothing for others."""
        if self.reads_all:
            return ""
        return _("Counted from the entries released to you.")

    def known(self, slug: str, **chosen: str) -> dict[str, Any]:
        """Return the parts of a chart that follow from its name and what it counts."""
        return {
            "slug": slug,
            "address": self.address(slug, **chosen),
            "note": self.note,
            "entries": self.entries,
            "tells_all": self.reads_all,
        }

    def address(self, slug: str, **chosen: str) -> str:
        """Return where a chart is by itself, at these clocks."""
        clocks = self.viewpoint.clocks
        asked = {**chosen, "member": self.member}
        if not clocks.is_now:
            asked["at"] = clocks.at.isoformat()
            if clocks.known_at != end_of_day(clocks.at):
                asked["known_at"] = clocks.known_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        query = urlencode({name: value for name, value in asked.items() if value})
        address = reverse("progress:chart", args=[self.viewpoint.plan.slug, slug])
        return f"{address}?{query}" if query else address
