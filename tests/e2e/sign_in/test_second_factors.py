"""Tests of second factors in a browser, with a virtual device that makes passkeys.

Browsers allow passkeys at a host name only, so these tests use `localhost`.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.conftest import sign_in
from tests.e2e.sign_in.looking import check_page

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
FACTORS = "/accounts/second-factors/"


@dataclass
class Browser:
    """A page, and the device of its browser that keeps passkeys."""

    page: Page
    session: CDPSession
    device: str

    def passkeys(self) -> list[Any]:
        named = {"authenticatorId": self.device}
        kept: list[Any] = self.session.send("WebAuthn.getCredentials", named)[
            "credentials"
        ]
        return kept


@pytest.fixture
def own_browser(browser, trial) -> Iterator[Browser]:
    port = urlsplit(trial.address).port
    context = browser.new_context(base_url=f"http://localhost:{port}")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield Browser(page, session, added["authenticatorId"])
    context.close()


@pytest.fixture
def page(own_browser: Browser) -> Page:
    return own_browser.page


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def remove_all(page: Page) -> None:
    """Leave the account as it was: other tests sign in with the password alone."""
    page.goto(FACTORS)
    while page.get_by_role("link", name="Remove").count():
        page.get_by_role("link", name="Remove").first.click()
        page.get_by_role("button", name="Remove").click()
        page.wait_for_url(f"**{FACTORS}")


def test_a_passkey_is_made_and_signs_in_by_itself(page):
    sign_in(page, "officer.eu")
    page.goto(FACTORS)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Test device")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    check_page(page)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    for path in (FACTORS, f"{FACTORS}recovery-codes/", "/accounts/confirm/"):
        page.goto(path)
        check_page(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/people/me/")
    remove_all(page)
    expect(page.get_by_text("None yet.")).to_be_visible()


def test_a_passkey_without_a_name_is_not_made(own_browser):
    page = own_browser.page
    sign_in(page, "officer.eu")
    page.goto(f"{FACTORS}passkey/")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("This field is required.").first).to_be_visible()
    check_page(page)
    assert own_browser.passkeys() == []
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert len(own_browser.passkeys()) == 1
    remove_all(page)


def test_an_app_is_added_and_asked_for_after_the_password(page):
    sign_in(page, "officer.gb")
    page.goto(f"{FACTORS}app/")
    secret = page.locator("pre code").inner_text().replace(" ", "")

    def type_code(label: str, *, later: int) -> None:
        step = int(time.time()) // 30 + later
        code = format_hotp_value(hotp_value(secret, step))
        page.get_by_label(label, exact=True).fill(code)

    type_code("Code in the app", later=0)
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_out(page)
    sign_in(page, "officer.gb")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code is wrong").first).to_be_visible()
    check_page(page)
    type_code("Code", later=1)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    remove_all(page)
