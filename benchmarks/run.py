"""Run rows on sites, and say on the terminal how far it is."""

import sys
from collections.abc import Iterable, Sequence

from benchmarks.measuring import Measured, alternate
from benchmarks.rows.row import Finding, Row
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
    say(sentence(finding))
    return finding


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
    return "; ".join(parts)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
