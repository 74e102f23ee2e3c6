"""Every page takes few queries and few bytes, and none reads a table whole."""

import gzip
import re
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import EmptyResultSet

from accounts.compiled_queries import CompiledOnce
from tests.explain import no_sequential_scan

MOST_QUERIES = 12
MOST_COLD = 100_000  # bytes, for a browser that has nothing of the page yet
PLAN = "/plans/test-plan/"
COMMITMENT = f"{PLAN}commitments/1.2.2/"
STOCKTAKE = f"{PLAN}stocktakes/first/"
PAST = "?at=2024-03-01"
PAGES = {
    "contributor_jp": ["/", "/tasks/"],
    "officer_jp": [
        "/", "/tasks/", "/matrix/", f"/matrix/{PAST}", COMMITMENT,
        f"{COMMITMENT}{PAST}", STOCKTAKE, f"{COMMITMENT}JP/",
        f"{COMMITMENT}JP/?page=2", "/comments/", "/questions/", "/notices/",
        "/focal-points/", "/reports/", "/ledger/",
    ],
    "head_jp": ["/", "/clearance/", STOCKTAKE],
    "coordinator": ["/", "/matrix/", f"/matrix/{PAST}", "/review/", STOCKTAKE,
                    f"{COMMITMENT}JP/", "/comments/", "/questions/", "/stocktakes/"],
    "second_reviewer": ["/", "/matrix/", "/review/", STOCKTAKE],
    "observer": ["/", "/matrix/", f"/matrix/{PAST}", COMMITMENT, STOCKTAKE],
    "assessor": ["/"],
    "administrator": ["/", "/jobs/", "/people/", "/people/keys/"],
}  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_pages_take_few_queries_and_read_no_table_whole(large, signed_in, role):
    browser = signed_in(large.people[role])
    for page in PAGES[role]:
        browser.get(page)  # what a process reads once
        with no_sequential_scan() as queries:
            answer = browser.get(page)
        assert answer.status_code == 200, page
        assert cold_bytes(answer.content) <= MOST_COLD, page
        assert len(queries) <= MOST_QUERIES, (page, [q["sql"] for q in queries])


def test_sql_made_once_is_what_django_makes_for_this_reader(
    large, signed_in, monkeypatch
):
    """So no reader gets rows by the rights or values of another."""
    made, call = set(), CompiledOnce.__call__

    def checked(query: Any, **values: Any) -> list[Any]:
        made.add(query.__qualname__)
        expected = query.build(**values).query
        try:
            statement = expected.sql_with_params()
        except EmptyResultSet:
            statement = "", ()
        assert query.statement(**values) == statement, query
        return call(query, **values)

    monkeypatch.setattr(CompiledOnce, "__call__", checked)
    for role, pages in PAGES.items():
        for page in pages:
            assert signed_in(large.people[role]).get(page).status_code == 200, page
    assert len(made) >= 7, made


def cold_bytes(html: bytes) -> int:
    """Return what a browser receives: the page, its styles and scripts, compressed."""
    links = set(re.findall(rb'(?:href|src)="/static/([^"]+)"', html))
    assert links
    return len(gzip.compress(html, 6)) + sum(map(_compressed, links))


@cache
def _compressed(name: bytes) -> int:
    path = finders.find(name.decode())
    assert isinstance(path, str), name
    return len(brotli.compress(Path(path).read_bytes(), quality=5))
