"""Every page of the product, in Chromium: axe, layout, themes and languages.

These tests run before the others of the browser, which change what the pages show.
"""

import csv
from collections.abc import Iterator
from itertools import chain

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.e2e.every_page import axe, layout
from tests.e2e.every_page.crawl import PEOPLE, FoundPage, pages_of
from tests.e2e.every_page.viewers import open_page, viewer
from tests.g7plan.messages.pseudo_locale import TAG
from tests.source_files import ROOT

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

REAL = [tag for tag, _name in settings.LANGUAGES[1:]]
OTHER_LANGUAGES = [*REAL, TAG]
# The longest texts, and those without spaces.
LAYOUT_IN = {TAG, "ja"}
# Files, and what answers a script: they are no pages.
NO_PAGES = {
    "accounts:unsent-text-key", "partners:feed-changes", "partners:feed-deadlines",
    "healthz", "own-data", "progress:assessing-sheet-csv",
    "progress:assessing-sheet-xlsx", "progress:evidence-file",
    "progress:ledger-checkpoints", "progress:position-summary", "public:evidence-file",
    "public-reports:report-file", "public-reports:report-manifest", "readyz",
    "reports:dossier", "reports:report-cover", "reports:report-file",
    "reports:report-manifest", "reports:schema", "search-suggestions",
}  # fmt: skip
# Pages whose object the demonstration does not have. The tests of their own area open
# them in a browser, or they are forms like those of the same kind that are here.
# A page that only a person with a session elsewhere has: other tests may begin one.
SHOWN_AT_TIMES = {"accounts:session-end-others"}
NOT_SHOWN = {
    "accounts:user-deactivate", "partners:feed-revoke", "progress:acting-head-end",
    "progress:api-key-requests", "progress:api-key-revoke", "progress:api-key-rotate",
    "progress:assessing-answer", "progress:assessing-begin",
    "progress:assessing-comments", "progress:assessing-guideline-publish",
    "progress:assessing-guidelines-publish", "progress:assessing-revise",
    "progress:assessing-uploaded", "progress:assessing-uploaded-report",
    "progress:entry-sent", "progress:handover-receive",
    "progress:public-reading-confirm", "progress:public-reading-end",
    "progress:stocktake-cancel", "progress:stocktake-open",
    "progress:update-sheet-preview", "progress:update-sheet-report",
    "public-reports:report-list", "public:commitment-detail", "public:entry-detail",
    "public:member-detail", "public:plan-detail", "public:plan-list",
    "public:plan-scores", "public:score-detail", "public:score-ranking",
    "public:score-table",
    "reports:report-approve", "reports:report-changes", "reports:report-circulate",
    "reports:schedule-edit", "reports:schedule-stop",
}  # fmt: skip


# It holds a whole matrix beside its contents, which no page of the product does.
WITHOUT_LAYOUT = {"styleguide"}


@pytest.fixture(scope="module")
def pages(browser, trial, sessions) -> dict[str | None, list[FoundPage]]:
    """All pages of each person."""
    found = {}
    for person in PEOPLE:
        state = sessions(person) if person else None
        with viewer(browser, trial.address, state) as page:
            if person == "admin":
                ask_for_an_account(page)
            found[person] = pages_of(person, page.context.request)
    return found


def ask_for_an_account(page: Page) -> None:
    """Let a request wait for a second administrator: the demonstration has none."""
    page.goto("/people/new/")
    page.get_by_label("Name").fill("Second officer")
    page.get_by_label("E-mail address").fill("second.it@demo.example")
    page.locator("select[name=member]").select_option("IT")
    page.get_by_role("checkbox", name="Delegation officer").check()
    page.get_by_role("button", name="Send the invitation").click()
    page.wait_for_url("**/people/grants/*/")


def owned(pages: dict[str | None, list[FoundPage]]) -> dict[str, FoundPage]:
    """Return each page once: as the first person sees it that can open it."""
    one_each: dict[str, FoundPage] = {}
    for person in PEOPLE:
        for found in pages[person]:
            one_each.setdefault(found.name, found)
    return one_each


def test_links_lead_to_every_page_of_the_table_of_access(pages):
    lines = (ROOT / "tests/access.csv").read_text("utf-8").splitlines()
    routes = {
        row["route"]
        for row in csv.DictReader(lines)
        if row["method"] == "get" and "200" in row.values()
    }
    ours = {route for route in routes if not route.startswith("api:")} - NO_PAGES
    found = {name.split()[0] for name in owned(pages)}
    assert ours - found - SHOWN_AT_TIMES == NOT_SHOWN


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_are_accessible_and_nothing_overlaps_in_any_theme(
    browser, trial, sessions, pages, person
):
    """A page is tried again as another person where that shows other elements."""
    faults: dict[str, list[str]] = {}
    firsts = owned(pages)
    state = sessions(person) if person else None
    with viewer(browser, trial.address, state) as page:
        for found in with_new_elements(pages, person):
            open_page(page, found.path, axe.prepare, layout.prepare)
            faults[found.path] = axe.faults_in_each_theme(page)
            if firsts[found.name] == found and found.name not in WITHOUT_LAYOUT:
                faults[found.path] += layout.layout_faults(page)
                faults[found.path] += layout.theme_faults(page)
    assert {path: found for path, found in faults.items() if found} == {}


def with_new_elements(
    pages: dict[str | None, list[FoundPage]], person: str | None
) -> Iterator[FoundPage]:
    """Yield the pages of a person that have what those before do not see on them."""
    before = PEOPLE[: PEOPLE.index(person)]
    seen: dict[str, frozenset[str]] = {}
    for found in chain.from_iterable(pages[each] for each in before):
        seen[found.name] = seen.get(found.name, frozenset()) | found.elements
    for found in pages[person]:
        if found.name not in seen or found.elements - seen[found.name]:
            yield found


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_pages_are_accessible_in_each_language(
    browser, trial, sessions, pages, language
):
    """And nothing overlaps where texts are 40 % longer, or have no spaces."""
    faults: dict[str, list[str]] = {}
    everything = owned(pages).values()
    for person in PEOPLE:
        state = sessions(person) if person else None
        with viewer(browser, trial.address, state, language) as page:
            for found in everything:
                if found.person == person:
                    faults[found.path] = faults_in(page, language, found)
    assert {path: found for path, found in faults.items() if found} == {}


def faults_in(page: Page, language: str, found: FoundPage) -> list[str]:
    """Return what a language makes wrong: it changes no colour."""
    open_page(page, found.path)
    faults: list[str] = []
    if language in REAL:
        axe.prepare(page)
        faults += axe.axe_faults(page, without=axe.CONTRAST)
    if language in LAYOUT_IN and found.name not in WITHOUT_LAYOUT:
        layout.prepare(page)
        faults += layout.layout_faults(page)
    return faults
