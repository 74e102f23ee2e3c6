"""Tests of the editor's page: keys, preview, evidence, windows and screen readers."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.writing import FIXTURE, WIDE, narrative, new_url, open_new, state_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

SHOWN = "part => part.getBoundingClientRect().bottom <= innerHeight"


def test_single_keys_move_and_open_and_can_be_switched_off(signed_in_page, empty_plan):
    page = signed_in_page("officer.jp")
    page.goto(f"/plans/{empty_plan}/tasks/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_contain_text("1.1.1")
    page.keyboard.press("?")
    overlay = page.get_by_role("dialog", name="Keyboard")
    expect(overlay).to_be_visible()
    overlay.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(overlay).to_be_hidden()
    page.get_by_role("button", name="Keyboard").click()
    overlay.get_by_role("checkbox").check()
    overlay.get_by_role("button", name="Close").click()
    open_new(page, empty_plan, "2.2")
    page.keyboard.press("j")  # in a text it is a letter
    expect(narrative(page)).to_have_value(re.compile("j"))
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_url("**/2.3/**")


def test_changes_and_preview_follow_what_is_typed(signed_in_page):
    page = signed_in_page("officer.jp")
    page.goto(f"/plans/{FIXTURE}/commitments/1.2.1/JP/entries/new/")
    for name in ("Changes from the last text", "Preview"):
        page.locator("summary", has_text=name).click()
    narrative(page).fill("This is **wholly** new.")
    shown = page.locator("[data-live=preview]")
    expect(shown.locator("strong", has_text="wholly")).to_be_visible()
    expect(page.locator("[data-live=changes]")).to_contain_text("wholly")


def test_a_dropped_file_and_a_pasted_link_become_evidence(signed_in_page, empty_plan):
    page = signed_in_page("officer.jp")
    open_new(page, empty_plan, "1.6.2")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Ports"], "ports.txt", {type: "text/plain"}));
          const zone = document.querySelector("[data-drop]");
          const drop = {dataTransfer: data, bubbles: true};
          zone.dispatchEvent(new DragEvent("drop", drop));
        }"""
    )
    expect(page.locator("[data-evidence-row]", has_text="ports.txt")).to_be_visible()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text", "https://example.org/report");
          const zone = document.querySelector("#files");
          const paste = {clipboardData: data, bubbles: true};
          zone.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    link = page.get_by_role("textbox", name="Link").first
    expect(link).to_have_value("https://example.org/report")
    page.keyboard.insert_text("Annual report")
    narrative(page).focus()
    expect(state_of(page)).to_contain_text("Saved at")
    page.reload()
    expect(page.locator("[data-evidence-row]")).to_have_count(3)


# ---- The page itself -----------------------------------------------------------------


def test_the_editor_is_one_screen(signed_in_page):
    page = signed_in_page("officer.jp", viewport=WIDE)
    page.goto(f"/plans/{FIXTURE}/commitments/1.4.3/JP/entries/new/")
    for part in (
        page.get_by_role("heading", level=1),
        page.locator(".deadline").first,
        page.locator("summary", has_text="Last published"),
        narrative(page),
        page.get_by_role("textbox", name="Next steps"),
        page.get_by_role("radio", name=re.compile("Not applicable")),
        page.get_by_label("As of"),
        page.get_by_role("button", name="Save and next"),
        state_of(page),
    ):
        assert part.evaluate(SHOWN), part


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_the_other_texts_are_folded_and_nothing_is_cut(
    signed_in_page, width
):
    page = signed_in_page("officer.jp", viewport={"width": width, "height": 640})
    page.goto(f"/plans/{FIXTURE}/commitments/1.5.1/JP/entries/new/")
    expect(page.locator("#editor.is-live")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".official")).to_be_hidden()
    top = narrative(page).evaluate("part => part.getBoundingClientRect().top + scrollY")
    assert top < 1_100  # it was 2,320
    narrative(page).fill(f"Written on a phone of {width} px.")
    expect(state_of(page)).to_contain_text("Saved at")
    expect(state_of(page)).to_be_in_viewport()


def test_without_javascript_every_step_works(signed_in_page, empty_plan):
    page = signed_in_page("officer.jp", java_script_enabled=False)
    page.goto(new_url(empty_plan, "1.7.1"))
    narrative(page).fill("Written **without** a script.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview strong")).to_have_text("without")
    page.get_by_role("radio", name=re.compile("Limited progress")).check()
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("1.7.1: the draft is saved.")).to_be_visible()
    page.goto(f"/plans/{empty_plan}/tasks/check/")
    expect(page.get_by_text("1 entry is ready.").or_(page.get_by_text(
        re.compile(r"\d+ entries are ready."))).first).to_be_visible()  # fmt: skip


SPOKEN = [
    'textbox "Narrative"',
    'textbox "Next steps',
    'textbox "Obstacles',
    'group "Status"',
    'radio "Limited progress First steps have been taken.',
    'textbox "As of"',
    'checkbox "At risk"',
    'group "Handling"',
    'combobox "Language of the text',
    'region "Evidence"',
    'button "Save and send for clearance"',
    'button "Send and next"',
    'button "Save and next"',
    'button "Save draft"',
]


def test_a_screen_reader_meets_the_fields_in_order(signed_in_page):
    page = signed_in_page("officer.jp", viewport=WIDE)
    page.goto(f"/plans/{FIXTURE}/commitments/1.7.2/JP/entries/new/")
    expect(page.locator("#editor.is-live")).to_be_visible()
    spoken = page.locator("main").aria_snapshot()
    assert 'heading "New entry on 1.7.2' in spoken
    assert 'navigation "Other tasks"' in spoken
    assert 'complementary "What to compare with"' in spoken
    places = [spoken.find(words) for words in SPOKEN]
    assert -1 not in places, dict(zip(SPOKEN, places, strict=True))
    assert places == sorted(places)


@pytest.mark.parametrize(
    "look",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=["light", "dark", "forced"],
)
def test_editor_check_and_keys_have_no_violation(signed_in_page, empty_plan, look):
    page = signed_in_page("officer.jp", viewport=WIDE, **look)
    open_new(page, FIXTURE, "1.4.3")
    for name in ("Changes from the last text", "Preview"):
        page.locator("summary", has_text=name).click()
    expect(page.locator("[data-live=preview]")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert violations(page) == []
    page.goto(f"/plans/{FIXTURE}/tasks/check/")
    assert violations(page) == []


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
