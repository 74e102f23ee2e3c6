"""Every page takes few queries and few bytes, and none reads a table whole."""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import EmptyResultSet
from django.db.models.sql.compiler import SQLCompiler
from django.urls import get_resolver
from django.utils import timezone

from accounts.compiled_queries import CompiledOnce
from accounts.models import User
from progress.models import Entry, ReadingMark
from tests.explain import no_sequential_scan
from tests.large.database import Large
from tests.leaks.addresses import PARAMETER, routes

MOST_QUERIES = 12
MOST_COLD = 100_000  # bytes, for a browser that has nothing of the page yet
MOST_MADE = 3  # queries of a page whose SQL is made for it alone: its session, a plan
PLAN = "/plans/test-plan/"
COMMITMENT = f"{PLAN}commitments/1.2.2/"
STOCKTAKE = f"{PLAN}stocktakes/first/"
PAST = "?at=2024-03-01"
CHARTS = [f"{PLAN}charts/{name}/" for name in ("status", "change", "coverage", "days")]
# What is stored about a person may be in any row. Such downloads have a limit of their
# own, and an index for each column would make each act slower.
READ_WHOLE = {"/people/me/data/"}
PAGES = {
    "contributor_jp": ["/", "/tasks/"],
    "officer_jp": [
        "/", "/tasks/", f"{PLAN}changes/?by=commitment&since=2016-06-01",
        "/matrix/", f"/matrix/{PAST}", COMMITMENT,
        f"{COMMITMENT}{PAST}", STOCKTAKE, f"{COMMITMENT}JP/",
        f"{COMMITMENT}JP/?page=2", f"{COMMITMENT}JP/compare/",
        f"{COMMITMENT}JP/compare/?new={{published}}",
        "/comments/", "/questions/", "/notices/",
        "/focal-points/", "/acting-heads/", "/reports/", "/ledger/", "/stocktakes/",
        "/people/me/", "/people/me/sessions/", "/notices/preferences/",
        "/accounts/second-factors/", "/accounts/second-factors/app/",
        "/accounts/second-factors/passkey/", "/accounts/confirm/",
        "/feeds/", "/feeds/new/",
        f"{PLAN}responsible/", f"{COMMITMENT}JP/contributors/", "/entries/{draft}/",
        "/entries/{draft}/edit/", "/entries/{published}/", "/questions/?list=by-us",
        f"{PLAN}sheet/", "/audit/", "/plans/", PLAN, f"{PLAN}{PAST}",
        f"{PLAN}members/JP/",
        f"{PLAN}instruments/", f"{PLAN}instruments/interpol/",
    ],
    "head_jp": ["/", "/tasks/", "/clearance/", "/clearance/?page=2", STOCKTAKE,
                "/entries/{draft}/edit/", "/acting-heads/new/",
                "/people/delegation/", "/people/delegation/new/",
                "/people/delegation/{officer}/edit/",
                "/people/delegation/{officer}/deactivate/"],
    "coordinator": ["/", "/audit/", "/changes/", "/new/", "/matrix/",
                    f"/matrix/{PAST}",
                    "/review/", STOCKTAKE, "/review/?order=member",
                    "/review/?page=2",
                    f"{COMMITMENT}JP/", "/comments/", "/questions/", "/stocktakes/",
                    "/questions/?list=all", "/stocktakes/new/", "/presidency/",
                    "/reports/", "/reports/new/stocktake/",
                    "/reports/new/changes/", "/reports/new/brief/",
                    "/reports/schedules/", "/reports/schedules/new/", *CHARTS],
    "second_reviewer": ["/", "/matrix/", "/review/", STOCKTAKE],
    "observer": ["/", "/new/", f"{PLAN}changes/?since=2016-06-01&instrument=interpol",
                 "/matrix/", f"/matrix/{PAST}", COMMITMENT, STOCKTAKE, PLAN,
                 f"{PLAN}members/JP/", f"{PLAN}members/JP/{PAST}",
                 f"{PLAN}instruments/interpol/", *CHARTS, "/search/?q=agencies"],
    "assessor": ["/", "/assessing/", "/matrix/?late=yes&status=limited",
                 "/search/", "/search/?q=report&kind=evidence"],
    "administrator": ["/", "/audit/", "/search/?q=a", "/jobs/", "/people/",
                      "/people/keys/", "/people/grants/", "/public-reading/",
                      "/people/{officer}/edit/", "/people/{officer}/address/",
                      "/people/{officer}/reset-sign-in/"],
}  # fmt: skip


def addresses(large: Large, role: str) -> list[str]:
    """Return the pages of a role, with entries of the large plan in their addresses."""
    ours = Entry.objects.filter(
        member_commitment__commitment__plan=large.plan, member_commitment__member="JP"
    )
    named = {
        state: ours.filter(state=state, kind="update").order_by("pk").values("pk")[:1]
        for state in ("draft", "published")
    }
    pks = {state: found.get()["pk"] for state, found in named.items()}
    pks["officer"] = large.people["officer_jp"].pk
    return [page.format(**pks) for page in PAGES[role]]


@pytest.mark.long
@pytest.mark.parametrize("role", PAGES)
def test_pages_take_few_queries_and_read_no_table_whole(large, signed_in, role):
    browser = signed_in(large.people[role])
    for page in addresses(large, role):
        browser.get(page)  # what a process reads once
        with no_sequential_scan() as queries:
            answer = browser.get(page)
        assert answer.status_code == 200, page
        assert cold_bytes(answer.content) <= MOST_COLD, page
        assert len(queries) <= MOST_QUERIES, (page, [q["sql"] for q in queries])
        assert primary_buttons(answer.text) <= 1, page


@pytest.mark.long
@pytest.mark.parametrize("role", ["officer_jp", "coordinator", "observer"])
def test_what_is_new_is_counted_without_reading_a_table_whole(large, signed_in, role):
    """The count is part of every page of a person who has marked what they read."""
    mark_all_as_new(large.people[role])
    browser = signed_in(large.people[role])
    for page in ("/", "/matrix/", "/new/"):
        browser.get(page)
        with no_sequential_scan() as queries:
            answer = browser.get(page)
        assert ">99+<" in answer.text, page
        assert len(queries) <= MOST_QUERIES, (page, [q["sql"] for q in queries])


@pytest.mark.long
def test_no_other_page_that_needs_no_object_reads_a_table_whole(large, signed_in):
    """A new page is found here: as the first of these roles that may see it."""
    seen = {page for pages in PAGES.values() for page in pages}
    others = sorted(set(addresses_without_objects()) - seen - READ_WHOLE)
    for page in others:
        narrowed = f"{page}?plan=test-plan" if "positions" in page else page
        for role in ("officer_jp", "coordinator", "head_jp", "administrator"):
            with no_sequential_scan():
                answer = signed_in(large.people[role]).get(narrowed)
            if answer.status_code == 200:
                break
    assert len(others) > 10


@pytest.mark.parametrize("state", ["published", "draft"])
def test_no_page_of_an_entry_reads_a_table_whole(large, signed_in, state):
    """Its moves, its comments and questions, its differences and its forms."""
    ours = large.stocktake.entries.filter(member_commitment__member="JP")
    entry = ours.filter(state=state)[0]
    browser, shown = signed_in(large.people["officer_jp"]), set()
    for route, pattern in routes(get_resolver().url_patterns):
        if route.startswith(("entries/<uuid:pk>/", "api/v1/entries/<")):
            path = PARAMETER.sub(str(entry.pk), route, count=1)
            path = PARAMETER.sub("delegation", path)
            with no_sequential_scan():
                answer = browser.get(f"/{path}")
            shown |= {pattern.name} if answer.status_code == 200 else set()
    assert "entry-detail" in shown


def addresses_without_objects() -> Iterator[str]:
    for route, _pattern in routes(get_resolver().url_patterns):
        if not route.startswith(("accounts/", "static/")) and "<" not in route:
            yield f"/{route}"


@pytest.mark.long
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
    for role in PAGES:
        for page in addresses(large, role):
            assert signed_in(large.people[role]).get(page).status_code == 200, page
    assert len(made) >= 7, made


@pytest.mark.parametrize("page", ["/", "/tasks/", "/matrix/"])
@pytest.mark.parametrize("role", ["officer_jp", "head_jp", "contributor_jp"])
def test_a_page_that_many_open_makes_hardly_any_sql(
    large, signed_in, role, page, monkeypatch
):
    """A query's SQL often takes longer to make than its answer: see `CompiledOnce`.

    These people have marked what they read, and so each page counts what is new.
    """
    mark_all_as_new(large.people[role])
    browser, made = signed_in(large.people[role]), []
    browser.get(page)
    make = SQLCompiler.as_sql

    def noted(compiler: SQLCompiler, *given: Any, **options: Any) -> Any:
        made.append(str(compiler.query.model))
        return make(compiler, *given, **options)

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    assert browser.get(page).status_code == 200
    assert len(made) <= MOST_MADE, made


def mark_all_as_new(person: User) -> None:
    """Nearly all: people whose mark is at the beginning have not read anything."""
    ReadingMark.objects.update_or_create(
        user=person,
        defaults={"ledger_number": 9, "erasure_number": 0, "marked_at": timezone.now()},
    )


def primary_buttons(html: str) -> int:
    """Return how many primary buttons a page shows before anything is unfolded."""
    shown = re.sub(r"<details(?![^>]* open).*?</details>", "", html, flags=re.DOTALL)
    return len(re.findall(r'class="[^"]*\bbutton-primary\b', shown))


def cold_bytes(html: bytes) -> int:
    """Return what a browser receives: the page, its styles and scripts, compressed."""
    links = set(re.findall(rb'(?:href|src)="/static/([^"]+)"', html))
    assert links
    return len(gzip.compress(html, 6)) + sum(map(_compressed, links))


@cache
def _compressed(name: bytes) -> int:
    path = finders.find(name.decode())
    assert isinstance(path, str), name
    return len(brotli.compress(Path(path).read_bytes(), quality=11))
