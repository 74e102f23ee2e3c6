"""Browsers of people who look at every page, in a language and without motion."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page


@contextmanager
def viewer(
    browser: Browser, address: str, state: Any, language: str = "en-GB"
) -> Iterator[Page]:
    """Give a page for which the browser asks in this language."""
    context = browser.new_context(
        base_url=address,
        storage_state=state,
        reduced_motion="reduce",
        extra_http_headers={"Accept-Language": language},
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    try:
        yield page
    finally:
        context.close()


def open_page(page: Page, path: str, *prepared: Callable[[Page], None]) -> None:
    """Open a page as it first shows, with what looks at it."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(path)
    for prepare in prepared:
        prepare(page)
