"""Every page that a person opens, for the people who open it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from benchmarks.limits import position_rows
from benchmarks.measuring import Job
from benchmarks.rows.row import MOST_GROWTH, Row
from benchmarks.seeding.texts import ABSENT, COMMON, SINGLE
from benchmarks.seeding.world import PLAN
from benchmarks.servers import Ask
from benchmarks.sites import Site

MOST_QUERIES, MOST_KB = 12, 100
CHAIR = "FR"  # of the month in which the data ends
COMMITMENT = f"/plans/{PLAN}/commitments/1.2.2/"
STOCKTAKE = f"/plans/{PLAN}/stocktakes/stocktake-11/"
CHARTS = tuple(
    f"/plans/{PLAN}/charts/{name}/" for name in ("status", "change", "coverage", "days")
)
PAST = "?at=2020-05-25&known_at=2020-05-25T12:00:00Z"
# Lists of all plans: a larger set shows more rows on them.
WITH_MORE_ROWS = (
    "/plans/", "/stocktakes/", "/questions/", "/notices/", "/reports/new/",
)  # fmt: skip
Address = Callable[[Site], str]


def _of_entry(member: str, state: str, page: str = "") -> Address:
    return lambda site: f"/entries/{site.entry(member, state)}/{page}"


# Each page by the role and member of its reader.
PAGES: dict[tuple[str, str], tuple[str | Address, ...]] = {
    ("officer", "JP"): (
        "/", "/changes/", "/tasks/", "/matrix/", COMMITMENT, f"{COMMITMENT}JP/",
        "/comments/", "/questions/", "/notices/", "/focal-points/", "/stocktakes/",
        STOCKTAKE, "/reports/", f"/plans/{PLAN}/responsible/",
        f"{COMMITMENT}JP/contributors/",
        "/notices/preferences/", "/people/me/", "/people/me/sessions/", "/ledger/",
        _of_entry("JP", "published"), _of_entry("JP", "draft"),
        _of_entry("JP", "draft", "edit/"), _of_entry("JP", "returned"),
        _of_entry("JP", "published", "correct/"),
    ),
    ("head", "JP"): ("/", "/clearance/", "/tasks/"),
    ("contributor", "JP"): ("/", "/tasks/"),
    ("coordinator", CHAIR): (
        "/", "/matrix/", f"/matrix/{PAST}", "/review/", "/review/?order=member",
        "/comments/", "/questions/",
        "/notices/", "/stocktakes/", STOCKTAKE, "/presidency/", "/reports/",
        "/reports/new/", "/stocktakes/new/", _of_entry("JP", "submitted"), *CHARTS,
    ),
    ("observer", ""): (
        "/", "/new/", "/changes/", f"/plans/{PLAN}/changes/?since=2016-06-01",
        "/matrix/",
        COMMITMENT, f"{COMMITMENT}JP/", "/notices/", _of_entry("JP", "published"),
        "/plans/", f"/plans/{PLAN}/", f"/plans/{PLAN}/members/JP/",
        f"/plans/{PLAN}/members/JP/?sub_area=1.2&since=summit",
        f"/plans/{PLAN}/instruments/", f"/plans/{PLAN}/instruments/interpol/",
        STOCKTAKE, *CHARTS,
        f"/search/?q={COMMON}&plan={PLAN}", f"/search/?q={SINGLE}&kind=entries",
        f"/search/?q={ABSENT}&plan={PLAN}", "/search/suggestions/?q=inter",
    ),
    ("assessor", ""): ("/", "/matrix/"),
    ("administrator", ""): ("/", "/jobs/", "/people/", "/people/keys/", "/ledger/"),
}  # fmt: skip


def rows() -> Iterator[Row]:
    for page, path in (("matrix", "/matrix/"), ("home", "/")):
        yield Row(
            "2 Positions",
            f"{page} page, officer JP, beside the bare query",
            product=partial(_opens, reader=("officer", "JP"), address=path),
            limit=_reads_positions,
        )
    for (role, member), addresses in PAGES.items():
        for number, address in enumerate(addresses):
            name = address if isinstance(address, str) else f"entry page {number}"
            yield Row(
                "3 Pages",
                f"{name}, {role} {member}".strip(),
                product=partial(_opens, reader=(role, member), address=address),
                growth=None if address in WITH_MORE_ROWS else MOST_GROWTH,
                repetitions=7,
            )


def _opens(site: Site, *, reader: tuple[str, str], address: str | Address) -> Job:
    path = address if isinstance(address, str) else address(site)
    return Ask(site.person(*reader), path)


def _reads_positions(site: Site) -> Job:
    """Return the rows of the matrix, by the bare query."""
    now = datetime.now(UTC) - timedelta(seconds=1)
    reader = ["clear", "green"], "JP"
    return lambda: position_rows(site.sql, PLAN, reader, (now.date(), now))
