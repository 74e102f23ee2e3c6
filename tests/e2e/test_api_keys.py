"""Tests of the pages of API keys: a secret is shown once, and is not lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_editor_page import violations
from tests.e2e.writing import WIDE

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]
PHONE = {"width": 360, "height": 740}


def make_key(page: Page, name: str) -> None:
    page.goto("/people/keys/new/")
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("checkbox", name="read:own").check()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_double_press_makes_one_key_and_shows_its_secret(signed_in_page, viewport):
    page = signed_in_page("head.fr", viewport=viewport, color_scheme="dark")
    name = f"Ministry {viewport['width']}"
    make_key(page, name)
    assert violations(page) == []
    page.get_by_role("button", name="Make the key").dblclick()
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    assert violations(page) == []
    secret = page.locator("pre code").inner_text()
    page.get_by_role("link", name="I have copied it").click()
    rows = page.get_by_text(name, exact=True)
    expect(rows).to_have_count(1)
    expect(page.locator("body")).not_to_contain_text(secret)
    assert violations(page) == []


def test_a_form_with_a_fault_can_be_sent_again(signed_in_page):
    page = signed_in_page("head.fr", viewport=WIDE)
    page.goto("/people/keys/new/")
    button = page.get_by_role("button", name="Make the key")
    button.click()
    expect(page.locator(".error-summary")).to_be_visible()
    make_key(page, "After a fault")
    button.click()
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    page.go_back()
    expect(button).to_be_visible()
    assert page.locator("[data-sends-once][data-sent]").count() == 0
