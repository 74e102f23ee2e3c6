"""Tests of writing many texts, of saving by itself and of two officers at once."""

import re
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.writing import WIDE, kept_in, narrative, new_url, open_new, state_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

MOST_LOADS = 30


# ---- 28 texts with the keyboard ------------------------------------------------------


class Counted:
    """A keyboard that counts its keys, on a page that counts its loads."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.typed, self.loads = page, 0, 0, 0
        page.on("load", lambda _page: self._add_load())

    def _add_load(self) -> None:
        self.loads += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.typed += len(text)


def test_28_changed_texts_with_the_keyboard_only(signed_in_page, plan_of, capsys):
    plan = plan_of("keyboard-tests")
    page = signed_in_page("officer.jp", viewport=WIDE)
    hand = Counted(page)
    page.goto(f"/plans/{plan}/tasks/")
    hand.press("j")
    expect(page.locator(":focus")).to_contain_text("1.1.1")
    page.goto(new_url(plan, "1.1.1") + "#id_narrative")
    for number in range(1, 29):
        around = page.locator(".editor-neighbours", has_text=f"{number} of 28")
        expect(around).to_be_visible()
        expect(page.locator("#editor.is-live")).to_be_visible()
        expect(page.locator(":focus")).to_have_id("id_narrative")
        hand.type(f"Text {number}: two of five bureaus are connected.")
        # Narrative, next steps, obstacles, then the status: "Limited progress".
        hand.press("Tab", "Tab", "Tab", "ArrowDown", "ArrowDown", "Control+Enter")
    page.wait_for_url("**/tasks/check/")
    expect(page.get_by_text("28 entries are ready.")).to_be_visible()
    expect(page.get_by_text("0 commitments have no draft.")).to_be_visible()
    with capsys.disabled():
        sys.stdout.write(
            f"\n28 texts: {hand.loads} page loads, {hand.keys} keys beside"
            f" {hand.typed} typed characters\n"
        )
    assert hand.loads <= MOST_LOADS
    send = page.get_by_role("button", name="Send chosen entries for clearance")
    send.focus()
    hand.press("Enter")
    expect(page.get_by_text("28 entries sent.")).to_be_visible()


# ---- Saving by itself ----------------------------------------------------------------


@pytest.fixture
def requests_of():
    """Return a function that lists the editor's own requests of a page."""

    def of(page: Page) -> list[str]:
        seen: list[str] = []
        page.on("request", lambda one: seen.append(f"{one.method} {one.url}"))
        return seen

    return of


def test_the_editor_saves_on_leaving_a_field_and_a_while_after_a_change(
    signed_in_page, empty_plan, requests_of
):
    page = signed_in_page("officer.jp")
    open_new(page, empty_plan, "1.1.1")
    expect(state_of(page)).to_have_text("Nothing typed yet")
    seen = requests_of(page)
    page.keyboard.insert_text("Two bureaus.")
    expect(state_of(page)).to_have_text("Not saved yet")
    expect(state_of(page)).to_contain_text("Saved at")
    assert re.search(r"/entries/[0-9a-f-]{36}/edit/$", page.url)
    page.keyboard.insert_text(" Three.")
    page.keyboard.press("Tab")
    expect(state_of(page)).to_contain_text("Saved at")
    saves = [one for one in seen if one.endswith("/autosave/")]
    assert len(saves) == 2
    page.keyboard.press("Shift+Tab")  # leaving a field without a change
    page.keyboard.press("Tab")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(4_000)
    assert [one for one in seen if one.endswith("/autosave/")] == saves
    page.reload()
    expect(narrative(page)).to_have_value("Two bureaus. Three.")


def test_a_link_waits_until_the_text_is_saved(signed_in_page, empty_plan):
    page = signed_in_page("officer.jp")
    open_new(page, empty_plan, "1.2.1")
    page.keyboard.insert_text("Written, and left at once.")
    page.get_by_role("link", name="Next", exact=False).click()
    page.wait_for_url("**/1.2.2/**")
    page.goto(new_url(empty_plan, "1.2.1"))
    expect(narrative(page)).to_have_value("Written, and left at once.")


def test_what_cannot_be_saved_is_said_and_the_browser_warns(signed_in_page, empty_plan):
    page = signed_in_page("officer.jp")
    open_new(page, empty_plan, "1.3.1")
    page.keyboard.insert_text("x" * 10_001)
    page.keyboard.press("Control+s")
    expect(state_of(page)).to_contain_text("Not saved: Narrative:")
    asked = []

    def leave(dialog):
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto("/tasks/")
    assert asked == ["beforeunload"]


def test_two_officers_in_conflict_lose_nothing(signed_in_page, empty_plan):
    first, second = signed_in_page("officer.jp"), signed_in_page("head.jp")
    open_new(first, empty_plan, "2.1")
    first.keyboard.insert_text("Common text.")
    first.keyboard.press("Control+s")
    expect(state_of(first)).to_contain_text("Saved at")
    second.goto(first.url)
    second.get_by_role("textbox", name="Next steps").fill("Theirs.")
    second.keyboard.press("Control+s")
    expect(state_of(second)).to_contain_text("Saved at")
    narrative(first).fill("Common text, and mine.")
    first.keyboard.press("Control+s")
    expect(state_of(first)).to_contain_text("someone saved a newer version")
    first.get_by_role("button", name="Save draft").last.click()
    expect(first.get_by_text("A newer version was saved")).to_be_visible()
    expect(state_of(first)).to_contain_text("read the merged text")
    expect(narrative(first)).to_have_value("Common text, and mine.")
    expect(first.get_by_role("textbox", name="Next steps")).to_have_value("Theirs.")
    assert "unsent/" in kept_in(first)
    first.get_by_role("button", name="Save draft").last.click()
    expect(first.get_by_text("The draft is saved.")).to_be_visible()
    assert "unsent/" not in kept_in(first)
