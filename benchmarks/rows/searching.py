"""Whether a search finds what a plain look at every entry finds, for each reader."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import orjson

from accounts.typed.words import Words, finds, words_of
from benchmarks.rows.lists import ENTRIES, READERS, visitor_of
from benchmarks.run import say
from benchmarks.seeding.texts import ABSENT, COMMON, HALF, SINGLE
from benchmarks.servers import Visitor
from benchmarks.sites import Site

# Whole words and their beginnings, several of them, without accents or capitals, and
# any part of a run of Japanese characters, down to one.
SEARCHES = (
    COMMON, HALF, SINGLE, ABSENT, "interp", "TERROR fin", "donnees PARTAGEES", "uberw",
    "000012", "a", "入国審査", "旅券", "券", "データベース INTERPOL", "監視 taor", "!?",
)  # fmt: skip
_FIELDS = ("narrative", "next_steps", "obstacles")


def compare(site: Site) -> tuple[int, int]:
    """Return how many searches of all readers find what they should, and how many were.

    Both the entries that are found and their order count.
    """
    words: dict[str, Words] = {}
    equal = total = 0
    for name, reader in READERS.items():
        visitor = visitor_of(site, reader)
        listed = list(_rows(visitor, {}))
        for row in listed:
            if row["id"] not in words:
                words[row["id"]] = words_of(*(row[field] for field in _FIELDS))
        for search in SEARCHES:
            sought = words_of(search)
            expected = [row["id"] for row in listed if finds(sought, words[row["id"]])]
            found = [row["id"] for row in _rows(visitor, {"search": search})]
            total += 1
            equal += found == expected
            if found != expected:
                say(f"{name} finds {len(found)} entries with {search}, not these"
                    f" {len(expected)}.")  # fmt: skip
    return equal, total


def _rows(visitor: Visitor, given: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Give all rows of the list, page by page."""
    path: str | None = f"{ENTRIES}?{urlencode({'page_size': '1000'} | given)}"
    while path:
        page = orjson.loads(visitor.require(path).body)
        yield from page["results"]
        path = page["next"] and page["next"].partition(f":{visitor.server.port}")[2]
