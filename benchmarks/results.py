"""The table of results, as text for a terminal and a file."""

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rows.pages import MOST_KB, MOST_QUERIES
from benchmarks.rows.row import Finding

MET, MISSED = "yes", "**no**"


@dataclass(frozen=True)
class Figure:
    """A figure that is no row of a list: what was measured, beside what, how far."""

    part: str
    name: str
    measured: str
    limit: str = ""
    ratio: str = ""
    reach: str = ""
    is_met: bool | None = None

    def cells(self) -> list[str]:
        return [
            self.name, self.measured, self.limit, self.ratio, self.reach,
            "" if self.is_met is None else _verdict(is_met=self.is_met),
        ]  # fmt: skip


FIGURE_HEAD = ("what", "measured", "limit", "ratio", "reach", "met")


def _verdict(*, is_met: bool) -> str:
    return MET if is_met else MISSED


@dataclass
class Results:
    """Everything that a run found, by the names of the sizes."""

    small: str
    large: str
    findings: list[Finding]
    figures: list[Figure]

    @property
    def has_growth(self) -> bool:
        return self.small != self.large

    def text(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.text(), encoding="utf-8")

    def _lines(self) -> Iterator[str]:
        yield "# Results of `make bench`"
        yield ""
        yield (
            f"Size {self.large}, growth beside {self.small}. Measured on"
            f" {datetime.now(UTC):%d %B %Y}. docs/benchmarks.md describes the method."
        )
        yield ""
        yield machine()
        for part in sorted({f.row.part for f in self.findings} | _parts(self.figures)):
            yield ""
            yield f"## {part}"
            yield ""
            figures = [one for one in self.figures if one.part == part]
            if figures:
                yield from table(FIGURE_HEAD, (one.cells() for one in figures))
                yield ""
            findings = [one for one in self.findings if one.row.part == part]
            if findings:
                is_page = all(one.row.limit is None for one in findings)
                yield from self._pages(findings) if is_page else self._rows(findings)

    def _rows(self, findings: Sequence[Finding]) -> Iterator[str]:
        head = [
            "what", f"CPU ms, {self.small}", f"CPU ms, {self.large}", "wall ms",
            "limit: CPU ms", "times the limit", "reach", "growth: CPU", "buffers",
            "queries", "met",
        ]  # fmt: skip
        yield from table(head, map(self._row, findings))
        yield ""
        yield self._summary(findings)

    def _row(self, finding: Finding) -> list[str]:
        large, limit = finding.product.get(self.large), finding.limit.get(self.large)
        if finding.fault or large is None:
            return [finding.row.name, *[""] * 9, f"{MISSED}: {finding.fault}"]
        return [
            finding.row.name,
            *self._cpu(finding),
            f"{large.wall * 1000:.1f}",
            f"{limit.cpu * 1000:.1f}" if limit else "",
            _times(finding.times_the_limit(self.large)),
            _times(finding.row.reach),
            *self._growth(finding),
            str(finding.queries.get(self.large, "")),
            _verdict(is_met=finding.is_met(self.small, self.large)),
        ]

    def _cpu(self, finding: Finding) -> list[str]:
        costs = (finding.product.get(size) for size in (self.small, self.large))
        return [f"{cost.cpu * 1000:.1f}" if cost else "" for cost in costs]

    def _growth(self, finding: Finding) -> list[str]:
        if not self.has_growth:
            return ["", ""]
        return [
            _times(finding.growth(self.small, self.large)),
            _times(finding.growth_of_buffers(self.small, self.large)),
        ]

    def _pages(self, findings: Sequence[Finding]) -> Iterator[str]:
        head = [
            "page and reader", f"CPU ms, {self.small}", f"CPU ms, {self.large}",
            "growth: CPU", "buffers", "queries", "kB cold", "met",
        ]  # fmt: skip
        yield from table(head, map(self._page, findings))
        yield ""
        yield self._summary(findings)

    def _page(self, finding: Finding) -> list[str]:
        if finding.fault or self.large not in finding.queries:
            return [finding.row.name, *[""] * 6, f"{MISSED}: {finding.fault}"]
        queries, kb = finding.queries[self.large], finding.cold_kb[self.large]
        return [
            finding.row.name,
            *self._cpu(finding),
            *self._growth(finding),
            f"{queries}",
            f"{kb:.0f}",
            _verdict(is_met=self.is_met(finding)),
        ]

    def is_met(self, finding: Finding) -> bool:
        """Whether a row reaches what it must; a page has more to reach."""
        is_met = finding.is_met(self.small, self.large)
        if is_met and finding.cold_kb and not finding.limit:
            queries, kb = finding.queries[self.large], finding.cold_kb[self.large]
            return queries <= MOST_QUERIES and kb <= MOST_KB
        return is_met

    def _summary(self, findings: Sequence[Finding]) -> str:
        met = sum(map(self.is_met, findings))
        return f"{met} of {len(findings)} rows are met."


def _parts(figures: Iterable[Figure]) -> set[str]:
    return {figure.part for figure in figures}


def _times(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def machine() -> str:
    """Return what the machine is: no name and no path."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Machine: {os.cpu_count()} cores, {memory:.0f} GB of memory,"
        f" {platform.system()} {platform.machine()}; Python"
        f" {platform.python_version()}; PostgreSQL 18 from its wheel, as it is"
        f" installed. Load when it ended: {os.getloadavg()[0]:.1f}."
    )
