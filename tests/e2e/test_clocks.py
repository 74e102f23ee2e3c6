"""The clock control, a timeline and the comparison of its entries, in Chromium."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

TIMELINE = "/plans/ise-shima-2016-ct/commitments/2.2/FR/"
COMPARISON = f"{TIMELINE}compare/"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def slider_of(page: Page):
    return page.get_by_role("slider", name="Day to show")


def test_the_slider_moves_the_day_by_keyboard(signed_in_page):
    """Arrows by a day, Page Up and Page Down by a month, Enter shows the page."""
    page = signed_in_page("observer")
    page.goto(f"{TIMELINE}?at=2026-03-10")
    slider, day = slider_of(page), page.get_by_label("As of", exact=False).first
    expect(slider).to_have_attribute("aria-valuetext", "10 Mar 2026")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(day).to_have_value("2026-03-09")
    page.keyboard.press("PageDown")
    expect(day).to_have_value("2026-02-07")
    expect(slider).to_have_attribute("aria-valuetext", "7 February 2026")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowRight")
    expect(day).to_have_value("2026-03-10")
    page.keyboard.press("Home")
    expect(day).to_have_value("2016-05-27")
    day.fill("2026-02-20")
    page.get_by_role("button", name="Show that day").click()
    shown = "As of 20 Feb 2026, as known at the end of that day in UTC"
    expect(page.get_by_text(shown)).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    expect(page.get_by_text("Now: as of today")).to_be_visible()


def test_a_summit_or_a_stocktake_is_one_click_away(signed_in_page):
    page = signed_in_page("observer")
    page.goto(TIMELINE)
    page.get_by_text("Go to a summit or a stocktake").click()
    page.get_by_role("link", name="Close of Spring stocktake 2026").click()
    expect(page.get_by_text("as known at the end of that day")).to_be_visible()


def test_without_a_script_the_date_field_does_it(signed_in_page):
    page = signed_in_page("observer", java_script_enabled=False)
    page.goto(TIMELINE)
    expect(slider_of(page)).to_be_hidden()
    page.get_by_label("As of", exact=False).first.fill("2026-02-20")
    page.get_by_role("button", name="Show that day").click()
    expect(page).to_have_url(re.compile("at=2026-02-20"))
    expect(page.get_by_text("As of 20 Feb 2026, as known")).to_be_visible()


def test_any_two_entries_are_compared_by_keyboard_alone(signed_in_page):
    page = signed_in_page("observer")
    page.goto(COMPARISON)
    page.get_by_role("radio", name="Old").last.focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="New").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What differs between")).to_be_visible()


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("observer", TIMELINE),
        ("officer.jp", f"{TIMELINE}?at=2026-03-10&known_at=2026-03-01T12:00:00Z"),
        ("observer", COMPARISON),
        ("officer.jp", "/audit/"),
        ("coordinator", "/audit/"),
        ("admin", "/audit/"),
    ],
)
def test_the_pages_are_accessible_in_every_look(signed_in_page, person, path):
    page = signed_in_page(person, viewport={"width": 360, "height": 740})
    for look in (
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"color_scheme": "light", "forced_colors": "active"},
    ):
        page.emulate_media(**look)
        assert page.goto(path).ok, path
        for more in page.locator("main details").all():
            more.evaluate("element => { element.open = true; }")
        assert page.evaluate(OVERFLOW) <= 0
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
