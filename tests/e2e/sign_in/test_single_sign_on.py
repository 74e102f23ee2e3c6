"""Tests of single sign-on in a browser, at a provider on this machine."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.sign_in.looking import check_page

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.long,
    # A thread of the provider warns of its own package.
    pytest.mark.filterwarnings("ignore:get_jwt_config"),
]


def authorize(page: Page, subject: str) -> None:
    """Sign in at the provider, on its own page."""
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").first.click()


def test_a_person_links_and_signs_in_also_without_javascript(signed_in_page):
    page = signed_in_page("officer.it")
    page.goto("/people/me/")
    page.get_by_role("button", name="Link with Ministry ID").click()
    authorize(page, "italy-1")
    expect(page.get_by_text("You can now sign in with single sign-on.")).to_be_visible()
    check_page(page)
    page.goto("/accounts/second-factors/")
    expect(page.get_by_text("Sign in there before you add")).to_be_visible()
    check_page(page)

    other = signed_in_page(None, java_script_enabled=False)
    other.goto("/accounts/login/?next=/people/me/")
    other.get_by_role("button", name="Sign in with Ministry ID").click()
    authorize(other, "italy-1")
    expect(other.get_by_role("heading", name="Your account")).to_be_visible()
    expect(other.get_by_text("officer.it@demo.example")).to_be_visible()
    other.get_by_role("button", name="End single sign-on").click()
    expect(other.get_by_text("You can no longer use single sign-on.")).to_be_visible()


def test_who_is_not_known_learns_whom_to_ask(signed_in_page):
    page = signed_in_page(None)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with Ministry ID").click()
    authorize(page, "officer.it@demo.example")
    expect(page.get_by_role("heading", name="Link your account")).to_be_visible()
    page.get_by_label("Code").fill("ABCD-EFGH-JKMN-PQRS")
    page.get_by_role("button", name="Link and sign in").click()
    expect(page.get_by_text("This code does not work.").first).to_be_visible()
    check_page(page)
    page.goto("/accounts/single-sign-on/callback/?state=none")
    expect(page.get_by_text("This answer was used before")).to_be_visible()
    check_page(page)
