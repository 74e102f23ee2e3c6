"""Run rows on sites, and say on the terminal how far it is."""

import sys
from collections.abc import Iterable, Sequence

from benchmarks.measuring import Job, Measured, alternate
from benchmarks.rows.row import Finding, Row
from benchmarks.servers import Ask
from benchmarks.sites import Site


def run_rows(rows: Iterable[Row], sites: Sequence[Site]) -> list[Finding]:
    """Measure each row on all sites, its product and its limit in turn."""
    return [run_row(row, sites) for row in rows]


def run_row(row: Row, sites: Sequence[Site]) -> Finding:
    finding = Finding(row)
    try:
        products = {
            site.size.name: site.of_product(row.product(site)) for site in sites
        }
        limits = {site.size.name: _limit(row, site) for site in sites if row.limit}
        jobs = [
            one
            for size in products
            for one in (products[size], limits.get(size))
            if one is not None
        ]
        alternate(jobs, row.repetitions)
    except (RuntimeError, LookupError, OSError) as error:
        finding.fault = str(error)[:200]
        say(f"{row.name}: {finding.fault}")
        return finding
    finding.product = {size: one.typical for size, one in products.items()}
    finding.limit = {size: one.typical for size, one in limits.items()}
    finding.slow = {size: one.slow for size, one in products.items()}
    finding.slow_limit = {size: one.slow for size, one in limits.items()}
    for site in sites:
        _count(finding, site, products[site.size.name].job)
    say(sentence(finding))
    return finding


def _count(finding: Finding, site: Site, job: Job) -> None:
    """Count the queries and buffers of a request, and for a page its size."""
    if not isinstance(job, Ask):
        return
    asked = {"path": job.path, "email": job.visitor.email, "headers": {}}
    if not job.visitor.email:
        asked["headers"] = job.visitor.headers
    found = site.counter.ask(asked)
    finding.queries[site.size.name] = found["queries"]
    finding.buffers[site.size.name] = found["buffers"]
    if job.visitor.headers.get("Accept") == "text/html":
        finding.cold_kb[site.size.name] = job.cold_kb()


def _limit(row: Row, site: Site) -> Measured:
    assert row.limit is not None
    job = row.limit(site)
    return site.of_product(job) if row.is_limit_ours else site.of_limit(job)


def sentence(finding: Finding) -> str:
    """Return a line for the terminal."""
    parts = [finding.row.name]
    for size, cost in finding.product.items():
        parts.append(
            f"{size}: {cost.cpu * 1000:.1f} ms CPU, {cost.wall * 1000:.1f} wall"
        )
        times = finding.times_the_limit(size)
        if times is not None:
            parts.append(f"= {times:.1f} limits")
        if size in finding.queries:
            parts.append(f"{finding.queries[size]} queries")
            parts.append(f"{finding.buffers[size]} buffers")
        if size in finding.cold_kb:
            parts.append(f"{finding.cold_kb[size]:.0f} kB")
    return "; ".join(parts)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
