"""How many answers two worker processes give in a second, to several visitors."""

import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.measuring import Job
from benchmarks.rows.lists import ENTRIES
from benchmarks.sites import Site

VISITORS, SECONDS = 4, 8.0


def pages_a_second(site: Site) -> dict[str, float]:
    """Return the rates of a page of entries and of the matrix."""
    key, person = site.key("green"), site.person("officer", "JP")
    return {
        "entries, 100 rows": _rate(lambda: key.require(f"{ENTRIES}?page_size=100")),
        "matrix": _rate(lambda: person.require("/matrix/")),
    }


def _rate(job: Job) -> float:
    """Return the answers a second that all visitors get together."""
    job()
    end = time.monotonic() + SECONDS
    counts = [0] * VISITORS

    def visit(number: int) -> None:
        while time.monotonic() < end:
            job()
            counts[number] += 1

    with ThreadPoolExecutor(VISITORS) as visitors:
        for done in [visitors.submit(visit, number) for number in range(VISITORS)]:
            done.result()
    return sum(counts) / SECONDS
