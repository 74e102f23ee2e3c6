"""Measure the product at a size. docs/benchmarks.md describes the method."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.databases import ROOT, Cluster, make_database, running_cluster
from benchmarks.load.run import load
from benchmarks.results import Figure, Results
from benchmarks.rows import figures, ledger, lists, pages, writes
from benchmarks.rows.row import Row
from benchmarks.run import run_row, say
from benchmarks.seeding.sizes import SIZES, Size
from benchmarks.sites import Site, open_site

SMALL, TESTED, LARGEST = "10k", "2k", "1m"
# What CI measures at the tested size, and at most how many times the limit: with room,
# since other work may run too, and a small set has small limits.
GUARDED = {
    "entries, key green, first page": 8.0,
    "entries, key own, member=JP": 8.0,
    "positions of a plan, now, officer": 10.0,
    "search, key green, a word in every entry": 6.0,
    "search, key green, a word in no entry": 6.0,
    "matrix page, officer JP, beside the bare query": 20.0,
    "home page, officer JP, beside the bare query": 20.0,
}
# Times the limit of verification, whose reach is `ledger.REACH`.
MOST_VERIFYING = 20.0
# Of 1 the limit's rate of publishing, there: its reach is `writes.LEAST_RATE`.
LEAST_PUBLISHING = 0.05
PARTS = ("lists", "pages", "writes", "ledger", "sheets", "earlier", "throughput",
         "export")  # fmt: skip


@dataclass
class Run:
    """One run: what to measure, and what was found so far."""

    folder: Path
    sizes: Sequence[Size]
    parts: Sequence[str]
    only: str
    out: Path
    results: Results = field(init=False)

    def __post_init__(self) -> None:
        self.results = Results(self.sizes[0].name, self.sizes[-1].name, [], [])

    def everything(self) -> None:
        with running_cluster(self.folder, durable=False) as cluster:
            for size in self.sizes:
                make_database(cluster, size)
        with running_cluster(self.folder) as cluster:
            collect_static(cluster, self.sizes[0])
            self._processes(cluster, make_database(cluster, self.sizes[-1]))
            with ExitStack() as stack:
                sites = [
                    stack.enter_context(open_site(cluster, size)) for size in self.sizes
                ]
                self._requests(cluster, sites)

    def _processes(self, cluster: Cluster, database: str) -> None:
        repetitions = 1 if self.sizes[-1].name == LARGEST else 3
        if "writes" in self.parts:
            self._add(figures.of_writes(cluster, database))
        if "ledger" in self.parts:
            self._add(figures.of_ledger(cluster, database, repetitions))
        if "sheets" in self.parts:
            self._add(figures.of_sheets(cluster, database))

    def _requests(self, cluster: Cluster, sites: Sequence[Site]) -> None:
        if "lists" in self.parts:
            self._rows(lists.rows(), sites)
            if not self.only:
                self._add(figures.of_found_entries(sites[0]))
        if "pages" in self.parts:
            self._rows(pages.rows(), sites)
        of_sites = {"throughput": figures.of_throughput, "export": figures.of_export}
        for part in of_sites.keys() & set(self.parts):
            for site in sites:
                self._add(of_sites[part](site))
        if "earlier" in self.parts:
            self._add(figures.of_earlier_commits(cluster, sites[0]))

    def _rows(self, rows: Iterable[Row], sites: Sequence[Site]) -> None:
        for row in rows:
            if self.only in f"{row.part} {row.name}":
                self.results.findings.append(run_row(row, sites))
        self.results.write(self.out)

    def _add(self, found: Iterable[Figure]) -> None:
        for figure in found:
            self.results.figures.append(figure)
            self.results.write(self.out)


def collect_static(cluster: Cluster, size: Size) -> None:
    """Collect what pages link to. They are not shown without it."""
    database = make_database(cluster, size)
    cluster.manage(database, "collectstatic", "--no-input", "--verbosity", "0")


def guard(folder: Path) -> int:
    """Measure a few rows on a small set. Return 1 if one is far beyond its reach."""
    rows = (*lists.rows(), *pages.rows())
    guarded = [row for row in rows if row.name in GUARDED]
    size = SIZES[TESTED]
    with running_cluster(folder, durable=False) as cluster:
        collect_static(cluster, size)
        with open_site(cluster, size) as site:
            findings = [run_row(row, [site]) for row in guarded]
        database = make_database(cluster, size)
        verifying = ledger.times_the_limit(cluster, database)
        with writes.copied(cluster, database) as copy:
            rates = writes.publishing(cluster, copy)
    too_far = [
        finding.row.name
        for finding in findings
        if finding.fault
        or (finding.times_the_limit(TESTED) or 0) > GUARDED[finding.row.name]
    ]
    if rates["publish"] < LEAST_PUBLISHING * rates["write_bare"]:
        too_far.append("publishing")
    if verifying > MOST_VERIFYING:
        too_far.append("verify_ledger")
    for name in too_far:
        say(f"Too far from its limit: {name}.")
    return 1 if too_far or len(findings) != len(GUARDED) else 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default=SMALL)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "benchmarks")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--only", default="", help="rows whose name has this text")
    parser.add_argument("--out", type=Path, help="the file of results")
    parser.add_argument(
        "--guard", action="store_true", help="a few rows, as .ci/run measures them"
    )
    parser.add_argument(
        "--load", action="store_true", help="200 people and 20 partner tools at once"
    )
    parser.add_argument(
        "--seconds", type=float, default=90.0, help="how long the load is measured"
    )
    given = parser.parse_args(arguments)
    if given.guard:
        return guard(given.folder.resolve())
    if given.load:
        out = given.out or given.folder / "load.md"
        return load(given.folder.resolve(), SIZES[given.size], given.seconds, out)
    names = [given.size] if given.size == TESTED else [SMALL, given.size]
    sizes = [SIZES[name] for name in dict.fromkeys(names)]
    out = given.out or given.folder / f"results-{given.size}.md"
    run = Run(given.folder.resolve(), sizes, given.parts, given.only, out)
    run.everything()
    print(run.results.text())
    say(f"The results are in {out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
