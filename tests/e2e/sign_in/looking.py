"""What is wrong with a page that no link of the demonstration leads to."""

from playwright.sync_api import Page

from tests.e2e.every_page import axe, layout

WINDOWS = [(1280, 800), (360, 640), (320, 640)]


def check_page(page: Page) -> None:
    """Fail if axe finds anything in any theme, or something does not fit."""
    before = page.viewport_size
    axe.prepare(page)
    layout.prepare(page)
    faults = axe.faults_in_each_theme(page) + layout.layout_faults(page, WINDOWS)
    assert faults == [], page.url
    if before:
        page.set_viewport_size(before)
