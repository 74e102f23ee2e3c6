"""Lists of the API: entries by every filter and order, positions, and search."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import orjson

from benchmarks import limits
from benchmarks.measuring import Job
from benchmarks.rows.row import Row
from benchmarks.seeding.texts import ABSENT, COMMON, HALF, SINGLE
from benchmarks.seeding.world import PLAN
from benchmarks.servers import Ask, Visitor
from benchmarks.sites import Site

ENTRIES, POSITIONS = "/api/v1/entries/", "/api/v1/positions/"
PAGE = {"page_size": "100"}
REACH, REACH_OF_POSITIONS, REACH_OF_SEARCH = 4.0, 3.0, 3.0
# Pages of a thousand entries before the deep cursor; fewer where there are fewer.
DEEP = 30
# Every filter of the list, alone in the default order.
FILTERS = {
    "plan": PLAN, "action": "1", "sub_area": "1.2", "commitment": "1.2.2",
    "instrument": "interpol", "member": "JP", "member_kind": "state",
    "stocktake": "stocktake-05", "kind": "correction", "state": "published",
    "status": "limited", "handling": "clear", "language": "ja",
    "as_of_after": "2020-01-01", "as_of_before": "2020-01-01",
    "published_since": "2020-01-01T00:00:00Z",
}  # fmt: skip
ORDERS = ("as_of", "-as_of", "written_at", "-written_at", "published_at",
          "-published_at", "plan", "commitment", "member")  # fmt: skip
COMBINATIONS = (
    {"plan": PLAN, "member": "JP"},
    {"plan": PLAN, "commitment": "1.2.2"},
    {"plan": PLAN, "commitment": "1.2.2", "member": "JP"},
    {"plan": PLAN, "stocktake": "stocktake-05"},
    {"member": "JP", "status": "limited"},
    {"member": "JP", "handling": "clear"},
    {"instrument": "interpol", "member": "JP"},
    {"published_since": "2024-01-01T00:00:00Z", "ordering": "published_at"},
    {"member": "JP", "ordering": "-published_at"},
    {"plan": PLAN, "ordering": "-published_at"},
)
ALL_LABELS, GREEN = ["clear", "green", "amber"], ["clear", "green"]
Reader = tuple[str, str, list[str]]
# A role, or a key; the member or the name of the key; the labels that are read.
READERS: dict[str, Reader] = {
    "key green": ("key", "green", GREEN),
    "key own": ("key", "own", GREEN),
    "officer": ("officer", "JP", GREEN),
    "head": ("head", "JP", GREEN),
    "contributor": ("contributor", "JP", GREEN),
    "Presidency": ("coordinator", "FR", ALL_LABELS),
    "second reviewer": ("coordinator", "EU", GREEN),
    "observer": ("observer", "", GREEN),
    "assessor": ("assessor", "", GREEN),
}


def rows() -> Iterator[Row]:
    for key in ("green", "own"):
        yield _of_entries(key, "first page", {})
        yield _of_entries(key, "deep cursor", {}, is_deep=True)
        for name, value in FILTERS.items():
            yield _of_entries(key, f"{name}={value}", {name: value})
        for order in ORDERS:
            yield _of_entries(key, f"ordering={order}", {"ordering": order})
        for given in COMBINATIONS:
            yield _of_entries(key, urlencode(given, safe=":"), given)
    yield from _of_positions()
    yield from _of_search()


def _of_entries(
    key: str, name: str, given: dict[str, str], *, is_deep: bool = False
) -> Row:
    def path_at(site: Site) -> str:
        path = f"{ENTRIES}?{urlencode(PAGE | given)}"
        return _deep_page(site.key(key)) if is_deep else path

    return Row(
        "1 Entries",
        f"entries, key {key}, {name}",
        product=lambda site: Ask(site.key(key), path_at(site)),
        limit=lambda site: _limit_of(site, path_at(site), key),
        reach=REACH,
    )


def _deep_page(visitor: Visitor) -> str:
    """Return the address of a page of 100 entries after many others."""
    path = deep = f"{ENTRIES}?{urlencode({'page_size': '1000'})}"
    for _ in range(DEEP):
        following = orjson.loads(visitor.require(path).body)["next"]
        if following is None:
            break
        deep, path = path, following.partition(f":{visitor.server.port}")[2]
    return deep.replace("page_size=1000", "page_size=100")


def _limit_of(site: Site, path: str, key: str) -> Job:
    """Return the same rows, by their identifiers."""
    results = orjson.loads(site.key(key).require(path).body)["results"]
    ids = [row["id"] for row in results]
    return lambda: limits.entries(site.sql, ids)


def _of_positions() -> Iterator[Row]:
    for when, past in (("now", False), ("in the past", True)):
        for name, reader in READERS.items():
            yield Row(
                "2 Positions",
                f"positions of a plan, {when}, {name}",
                product=partial(_asks_positions, reader=reader, is_past=past),
                limit=partial(_limit_of_positions, reader=reader, is_past=past),
                reach=REACH_OF_POSITIONS,
            )


def _asks_positions(site: Site, *, reader: Reader, is_past: bool) -> Job:
    clocks = {"at": "2020-05-25", "known_at": "2020-05-25T12:00:00Z"} if is_past else {}
    path = f"{POSITIONS}?{urlencode({'plan': PLAN, 'page_size': '1000'} | clocks)}"
    return Ask(visitor_of(site, reader), path)


def _limit_of_positions(site: Site, *, reader: Reader, is_past: bool) -> Job:
    _, member, labels = reader
    known_at = datetime.now(UTC) - timedelta(seconds=1)
    if is_past:
        known_at = datetime(2020, 5, 25, 12, tzinfo=UTC)
    own = "JP" if member == "own" else member
    clocks = known_at.date(), known_at
    return lambda: limits.positions(site.sql, PLAN, (labels, own), clocks)


def visitor_of(site: Site, reader: Reader) -> Visitor:
    role, name, _ = reader
    if role == "key":
        return site.key(name)
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    person = site.person(role, name)
    return Visitor(site.server, headers, person.cookies, person.email)


def _of_search() -> Iterator[Row]:
    """The limit is the list without search."""
    words = {"every": COMMON, "half": HALF, "one": SINGLE, "no": ABSENT}
    for key in ("green", "own"):
        for where, word in words.items():
            yield Row(
                "4 Search",
                f"search, key {key}, a word in {where} entry",
                product=partial(_searches, key=key, given={"search": word}),
                limit=partial(_searches, key=key, given={}),
                is_limit_ours=True,
                is_by_slowest=True,
                reach=REACH_OF_SEARCH,
                repetitions=20,
            )


def _searches(site: Site, *, key: str, given: dict[str, str]) -> Job:
    return Ask(site.key(key), f"{ENTRIES}?{urlencode(PAGE | given)}")
