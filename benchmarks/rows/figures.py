"""The figures of whole processes, as rows of the table."""

from collections.abc import Iterator
from statistics import median

from benchmarks.databases import Cluster
from benchmarks.results import Figure
from benchmarks.rows import (
    compared,
    export,
    ledger,
    searching,
    sheets,
    starting,
    throughput,
    writes,
)
from benchmarks.rows.lists import READERS
from benchmarks.sites import Site

PAGES, SEARCH, WRITING, LEDGER = "3 Pages", "4 Search", "5 Publishing", "6 Ledger"
REPORTS, STARTING, SHEETS = "7 Reports and news", "8 Starting", "9 Update sheets"
EXPORT = "10 Whole lists"
# All formats beside the PDF, the PDF beside the typesetter alone, and the most memory.
MOST_OF_PDF, MOST_OF_TYPESETTING, MOST_REPORT_MB = 3.0, 2.0, 400
MOST_MS_AN_EVENT = 3.0


def of_writes(cluster: Cluster, database: str) -> Iterator[Figure]:
    """Publish, read the news and compile reports, on a copy of a database."""
    with writes.copied(cluster, database) as copy:
        rates = writes.publishing(cluster, copy)
        rate, bare, in_turn = rates.values()
        yield Figure(
            WRITING, "entries a second, 8 connections in 2 processes",
            f"{rate:.0f}", f"{bare:.0f}", f"{rate / bare:.2f}",
            f"≥ {writes.LEAST_RATE}", rate >= writes.LEAST_RATE * bare,
        )  # fmt: skip
        yield Figure(
            WRITING, "the same, beside bare writes that wait for each other",
            f"{rate:.0f}", f"{in_turn:.0f}", f"{rate / in_turn:.2f}",
        )  # fmt: skip
        seconds = writes.bulk(cluster, copy)
        name = f"{writes.BULK} entries published in one request"
        yield Figure(WRITING, name, f"{seconds:.2f} s")
        yield from _of_news(writes.news(cluster, copy))
        for made in writes.reports(cluster, copy):
            yield from _of_report(made)
        yield from _of_start(starting.start(cluster, copy))
    yield _of_idle_trial(starting.idle_trial(cluster.folder))


def of_export(site: Site) -> Iterator[Figure]:
    """Read all entries as CSV, beside COPY of the same columns."""
    done = export.export(site)
    yield Figure(
        EXPORT, f"{done.rows} entries as CSV, {site.size.name}",
        f"{done.cpu:.1f} s of CPU", f"{done.bare:.1f} s", f"{done.times:.1f}",
        f"≤ {export.REACH:.0f}", done.times <= export.REACH,
    )  # fmt: skip
    yield Figure(
        EXPORT, f"the same, {site.size.name}: the largest web process",
        f"{done.peak_mb:.0f} MB", "", "", f"≤ {export.MOST_MB:.0f} MB",
        done.peak_mb <= export.MOST_MB,
    )  # fmt: skip


def of_sheets(cluster: Cluster, database: str) -> Iterator[Figure]:
    """Preview and apply a sheet of 10,000 rows, beside a bare read of its file."""
    most = {"preview": sheets.MOST_PREVIEW, "apply": sheets.MOST_APPLY}
    bare = 0.0
    with writes.copied(cluster, database) as copy:
        for step in sheets.steps(cluster, copy):
            name = f"{step.count} rows: {step.name}"
            reach = most.get(step.name.partition(",")[0])
            if reach is None:
                bare = step.cpu
                yield Figure(SHEETS, name, f"{step.cpu:.2f} s of CPU")
            else:
                yield Figure(
                    SHEETS, name, f"{step.cpu:.1f} s of CPU",
                    f"{bare:.2f} s", f"{step.cpu / bare:.0f}", f"≤ {reach:.0f} s",
                    step.cpu <= reach,
                )  # fmt: skip
            yield Figure(SHEETS, f"{name}, memory at most", f"{step.peak_mb:.0f} MB")


def _of_news(read: writes.News) -> Iterator[Figure]:
    spent = (read.own + read.database) * 1000
    yield Figure(
        REPORTS, f"reading of news, an event of {read.count}", f"{spent:.1f} ms of CPU",
        reach=f"≤ {MOST_MS_AN_EVENT} ms", is_met=spent <= MOST_MS_AN_EVENT,
    )  # fmt: skip


def _of_report(made: writes.Compiled) -> Iterator[Figure]:
    """Yield all formats beside the PDF, the PDF beside its typesetting, and memory."""
    spent, pdf = made.own + made.database, made.formats["pdf"]
    for name, measured, limit, most in (
        ("all formats, warm", spent, pdf, MOST_OF_PDF),
        ("its PDF", pdf, made.typesetting, MOST_OF_TYPESETTING),
    ):
        yield Figure(
            REPORTS, f"{made.name}: {name}", f"{measured:.2f} s of CPU",
            f"{limit:.2f} s", f"{measured / limit:.2f}", f"≤ {most}",
            measured <= most * limit,
        )  # fmt: skip
    if made.name == writes.LONG_NARRATIVES:
        for format_, cpu in made.formats.items():
            yield Figure(REPORTS, f"{made.name}: {format_}", f"{cpu:.2f} s of CPU")
    name = f"{made.name}: with the wait for the next second"
    yield Figure(REPORTS, name, f"{made.wall:.2f} s")
    for name, found in (
        ("its largest process", made.later_peak.largest),
        ("its processes together", made.peak.together),
    ):
        yield _memory(REPORTS, f"{made.name}: {name}", found, MOST_REPORT_MB)
    name = f"{made.name}: together, in a process that goes on"
    yield Figure(REPORTS, name, f"{made.later_peak.together:.0f} MB")


def _of_start(started: starting.Started) -> Iterator[Figure]:
    seconds = started.web_seconds
    yield Figure(
        STARTING, "web server of one process, until it is ready",
        f"{seconds:.2f} s of CPU", reach=f"≤ {starting.MOST_SECONDS}",
        is_met=seconds <= starting.MOST_SECONDS,
    )  # fmt: skip
    yield _memory(STARTING, "web process", started.web_mb, starting.MOST_WEB_MB)
    worker, most = started.worker_mb, starting.MOST_WORKER_MB
    yield _memory(STARTING, "process of a worker, before a report", worker, most)
    after = started.worker_after_mb
    yield _memory(STARTING, "process of a worker, after a report", after, most)


def _of_idle_trial(share: float) -> Figure:
    most = starting.MOST_OF_A_CORE
    return Figure(
        STARTING, "idle trial, all its processes", f"{share:.2%} of a core",
        reach=f"≤ {most:.0%}", is_met=share <= most,
    )  # fmt: skip


def _memory(part: str, name: str, found: float, most: float) -> Figure:
    return Figure(
        part, name, f"{found:.0f} MB", reach=f"≤ {most:.0f} MB", is_met=found <= most
    )


def of_ledger(cluster: Cluster, database: str, repetitions: int) -> Iterator[Figure]:
    """Verify and export the whole ledger."""
    found = ledger.runs(cluster, database, repetitions)
    limit = median(run.cpu for run in found["limit"])
    for name in ("verify_ledger", "export_ledger"):
        spent = median(run.cpu for run in found[name])
        peak = max(run.peak_mb for run in found[name])
        yield Figure(
            LEDGER, name, f"{spent:.1f} s of CPU", f"{limit:.1f} s",
            f"{spent / limit:.2f}", f"≤ {ledger.REACH}",
            spent / limit <= ledger.REACH,
        )  # fmt: skip
        yield _memory(LEDGER, f"{name}, memory at most", peak, ledger.MOST_MB)


def of_earlier_commits(cluster: Cluster, now: Site) -> Iterator[Figure]:
    """Compare pages with those of earlier commits, at the smaller size."""
    for commit in (compared.BEFORE_THE_MATRIX, compared.BEFORE):
        with compared.checkout(cluster.folder, commit) as root:
            for one in compared.compare(cluster, now, commit, root):
                asked, share = one.comparison, one.share
                yield Figure(
                    PAGES,
                    f"{asked.path}, {asked.role} {asked.member}".strip(),
                    f"{one.now.cpu * 1000:.0f} ms of CPU",
                    f"{one.before.cpu * 1000:.0f} ms at {commit}",
                    f"{share:.2f}",
                    f"≤ {asked.share}",
                    share <= asked.share,
                )


def of_found_entries(site: Site) -> Iterator[Figure]:
    """Compare what searches find with a plain look at every entry."""
    equal, total = searching.compare(site)
    name = f"searches of {len(READERS)} readers that find the same as a plain scan"
    yield Figure(
        SEARCH,
        f"{name}, {site.size.name}",
        str(equal),
        str(total),
        is_met=equal == total,
    )


def of_throughput(site: Site) -> Iterator[Figure]:
    for name, rate in throughput.pages_a_second(site).items():
        part = PAGES if name == "matrix" else "1 Entries"
        size = site.size.name
        yield Figure(part, f"{name}: answers a second, {size}", f"{rate:.0f}")
