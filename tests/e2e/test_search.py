"""Tests of the search in a real browser: by keyboard, without scripts, on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.writing import FIXTURE, WIDE

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

PHONE = {"width": 360, "height": 740}
FOUND = "/search/?q=terrorist+financing"
NOTHING = "/search/?q=pelican&member=JP"


def test_a_slash_opens_the_search_and_the_arrows_choose_a_suggestion(signed_in_page):
    page = signed_in_page("observer", viewport=WIDE)
    page.goto(f"/plans/{FIXTURE}/matrix/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search")
    expect(field).to_be_focused()
    page.keyboard.type("interpol d")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("INTERPOL databases")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = options.first.get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", chosen or "")
    page.keyboard.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", chosen or "")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/plans/[\w-]+/commitments/1\.2\.2/$"))


def test_enter_without_a_choice_searches_and_escape_only_closes(signed_in_page):
    page = signed_in_page("observer", viewport=WIDE)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("terrorist fin")
    field = page.get_by_role("combobox", name="Search")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("terrorist fin")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=terrorist+fin")
    expect(page.locator("mark").first).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("main").get_by_role("combobox")).to_be_focused()


def test_without_scripts_the_search_is_a_form(signed_in_page):
    page = signed_in_page("observer", viewport=WIDE, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("searchbox", name="Search").fill("terrorist financing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Official texts")).to_be_visible()
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Member").select_option("IT")
    page.get_by_role("button", name="Search").click()
    chips = page.get_by_role("list", name="Filters in use")
    expect(chips.get_by_role("link")).to_contain_text(["Italy"])
    titles = page.locator(".result h3")
    assert all(title.startswith("Italy on") for title in titles.all_inner_texts())
    chips.get_by_role("link").click()
    expect(page).not_to_have_url(re.compile("member=IT"))
    expect(chips).to_have_count(0)


def test_a_phone_has_a_link_to_the_search(signed_in_page):
    page = signed_in_page("observer", viewport=PHONE)
    page.goto("/")
    page.locator(".masthead-search-link").click()
    field = page.get_by_role("main").get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("interpol")
    expect(page.get_by_role("option").first).to_be_visible()
    assert is_narrow(page)
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    assert is_narrow(page)


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "colours",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=str,
)
def test_the_search_has_no_barrier(signed_in_page, colours):
    page = signed_in_page("observer", viewport=WIDE, **colours)
    for path in ("/search/", FOUND, f"{FOUND}&kind=evidence", NOTHING):
        page.goto(path)
        assert Axe().run(page).response["violations"] == [], path
    page.goto("/search/")
    expect(page.locator("main [role=combobox]")).to_be_focused()
    page.keyboard.type("interpol")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert Axe().run(page).response["violations"] == []
