"""What the browser tests of the editor share: its parts, and how to open it."""

from playwright.sync_api import Locator, Page, expect

FIXTURE = "ise-shima-2016-ct"
WIDE = {"width": 1280, "height": 800}
expect.set_options(timeout=15_000)  # the machine may run the whole suite as well


def new_url(plan: str, code: str) -> str:
    return f"/plans/{plan}/commitments/{code}/JP/entries/new/"


def narrative(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Narrative")


def state_of(page: Page) -> Locator:
    return page.locator("#save-state")


def open_new(page: Page, plan: str, code: str) -> None:
    page.goto(new_url(plan, code))
    expect(page.locator("#editor.is-live")).to_be_visible()
    narrative(page).focus()


def kept_in(page: Page) -> str:
    """Return all that the browser keeps, as stored."""
    stored: str = page.evaluate("JSON.stringify({...localStorage})")
    return stored
