"""Tests of the back button after sign-out, in a browser that keeps pages for it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.conftest import BROWSER_FLAGS, sign_in

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]


@pytest.fixture
def page(chromium, trial) -> Iterator[Page]:
    """Turn on the keeping of whole pages, which Playwright turns off."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=BROWSER_FLAGS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser.new_context(base_url=trial.address).new_page()
        browser.close()


def go_back(page: Page) -> None:
    """Go back as the button does: Playwright's own method would wait forever."""
    page.evaluate("setTimeout(() => history.back())")


def test_nobody_finds_the_pages_of_who_signed_out(page):
    sign_in(page, "officer.jp")
    page.goto("/people/me/")
    page.goto("/people/me/sessions/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    for path in ("/people/me/sessions/", "/people/me/"):
        go_back(page)
        page.wait_for_url(f"**/accounts/login/?next={path}")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_draft_is_still_there_on_the_way_back(page):
    """This is why browsers may keep pages."""
    sign_in(page, "officer.jp")
    page.goto("/people/me/")
    page.get_by_label("Name").fill("Typed and not saved")
    page.get_by_role("link", name="Home").click()
    page.wait_for_url("**/")
    go_back(page)
    expect(page.get_by_label("Name")).to_have_value("Typed and not saved")
