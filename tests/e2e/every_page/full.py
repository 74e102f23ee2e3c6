"""Do something with every page as every person, in parallel, in a trial of its own."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import django
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import BROWSER_FLAGS, find_chromium, sign_in
from tests.e2e.every_page.crawl import PEOPLE, FoundPage, pages_of
from tests.e2e.every_page.viewers import viewer


def set_up() -> list[str]:
    """Let this process know the product's addresses. Return the pages' languages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")
    django.setup()
    return [tag for tag, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Visit:
    """Pages that one person opens in one language, on the trial at this address."""

    address: str
    person: str | None
    state: Any
    pages: tuple[FoundPage, ...]
    language: str = "en-gb"

    def of(self, pages: Iterable[FoundPage], language: str) -> "Visit":
        return replace(self, pages=tuple(pages), language=language)


def all_visits(address: str) -> list[Visit]:
    """Sign each person in, and find their pages."""
    with _chromium() as browser:
        return [_visit(browser, address, person) for person in PEOPLE]


def _visit(browser: Browser, address: str, person: str | None) -> Visit:
    with viewer(browser, address, None) as page:
        if person:
            sign_in(page, person)
        pages = pages_of(person, page.context.request)
        return Visit(address, person, page.context.storage_state(), tuple(pages))


def in_parallel(
    look: Callable[[Page, Visit, FoundPage], Any], visits: list[Visit]
) -> Iterator[tuple[Visit, list[Any]]]:
    """Yield what looking at the pages of each visit returned, as it ends."""
    spawn = get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as processes:
        tasks = {processes.submit(_look_at, look, visit): visit for visit in visits}
        for task in as_completed(tasks):
            yield tasks[task], task.result()


def _look_at(look: Callable[[Page, Visit, FoundPage], Any], visit: Visit) -> list[Any]:
    with (
        _chromium() as browser,
        viewer(browser, visit.address, visit.state, visit.language) as page,
    ):
        return [look(page, visit, found) for found in visit.pages]


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=BROWSER_FLAGS
        )
        yield browser
        browser.close()
