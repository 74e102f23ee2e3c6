"""Tests of the task list and of confirming unchanged texts, in a real browser."""

import re
import sys
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.e2e.published_texts import publish_texts
from tests.e2e.writing import FIXTURE, WIDE

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

CONFIRM = f"/plans/{FIXTURE}/tasks/confirm/"
# Clicks and loads for 28 unchanged texts on the pages that this one replaced: start all
# drafts, choose all, confirm, choose all, send. No text was shown on the way.
BEFORE = (7, 5)


class CountedHand:
    """A hand that counts its clicks and keys, on a page that counts its loads."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys, self.loads = page, 0, 0, 0
        page.on("load", lambda _page: self._add_load())

    def _add_load(self) -> None:
        self.loads += 1

    def click(self, part: Locator) -> None:
        part.click()
        self.clicks += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def say(capsys, sentence: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{sentence}\n")


def test_28_unchanged_texts_are_read_confirmed_and_sent(
    signed_in_page, plan_of, trial, capsys
):
    plan = plan_of("unchanged-tests")
    publish_texts(trial.var_dir, plan, "JP", 28)
    page = signed_in_page("officer.jp", viewport=WIDE)
    page.goto(f"/plans/{plan}/tasks/")
    hand = CountedHand(page)
    hand.click(page.get_by_role("link", name="Confirm 28 unchanged texts"))
    expect(page.get_by_text("Published text of")).to_have_count(28)
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    for number in range(28):
        hand.click(page.get_by_role("checkbox").nth(number))
    page.get_by_label("True as of").fill(today())
    hand.click(page.get_by_role("button", name="Confirm the ticked texts"))
    expect(page.get_by_text("28 entries are ready.")).to_be_visible()
    send = page.get_by_role("button", name="Send chosen entries for clearance")
    hand.click(send)
    expect(page.get_by_text("28 entries sent.")).to_be_visible()
    clicks, loads = BEFORE
    say(
        capsys,
        f"28 unchanged texts: {hand.clicks} clicks, {hand.loads} page loads, each text"
        f" shown (before: {clicks} clicks, {loads} loads, no text shown)",
    )
    assert hand.loads <= 3
    assert hand.clicks <= 31


def test_28_unchanged_texts_with_the_keyboard_only(
    signed_in_page, plan_of, trial, capsys
):
    plan = plan_of("unchanged-keys")
    publish_texts(trial.var_dir, plan, "JP", 28)
    page = signed_in_page("officer.jp", viewport=WIDE)
    page.goto(f"/plans/{plan}/tasks/confirm/")
    hand = CountedHand(page)
    for _text in range(28):
        hand.press("j", "Space")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(28)
    hand.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("name", "as_of")
    hand.press(*datetime.now(UTC).strftime("%m%d%Y"), "Enter")
    expect(page.get_by_text("28 texts confirmed.")).to_be_visible()
    say(capsys, f"28 unchanged texts: {hand.keys} keys, {hand.loads} page load")
    assert hand.loads <= 1


def test_a_text_that_a_colleague_changed_is_not_confirmed(
    signed_in_page, plan_of, trial
):
    plan = plan_of("unchanged-conflict")
    publish_texts(trial.var_dir, plan, "JP", 3)
    page = signed_in_page("officer.jp", java_script_enabled=False)
    page.goto(f"/plans/{plan}/tasks/confirm/")
    other = signed_in_page("head.jp")
    other.goto(f"/plans/{plan}/commitments/1.1.1/JP/entries/new/")
    other.get_by_role("button", name="Start from the last text").click()
    other.wait_for_url("**/edit/")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Confirm the ticked texts").click()
    expect(
        page.get_by_text("Enter the day on which the text is true.").first
    ).to_be_visible()
    # The draft that the colleague began is another row, which no one has ticked yet.
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_label("True as of").fill(today())
    page.get_by_role("button", name="Confirm the ticked texts").click()
    expect(page.get_by_text("2 texts confirmed.")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(1)


# ---- The first screen ----------------------------------------------------------------


# Other tests fill in all that Germany has to write.
@pytest.mark.parametrize("person", ["officer.jp", "officer.ca", "head.jp"])
def test_the_first_task_is_in_the_first_screen(signed_in_page, person):
    page = signed_in_page(person, viewport=WIDE)
    page.goto(f"/plans/{FIXTURE}/tasks/")
    row = page.locator("tbody tr[id]").first
    box, bars = row.bounding_box(), page.locator(".save-bar").all()
    assert box
    # There is no bar once nothing can be chosen.
    tops = [found["y"] for bar in bars if (found := bar.bounding_box())]
    assert box["y"] + box["height"] < min([*tops, WIDE["height"]])
    assert box["y"] < 500  # it was 922
    expect(row.locator(".button")).to_have_count(1)
    assert len(page.content()) < 100_000


def test_on_a_phone_the_first_task_is_near_the_top(signed_in_page):
    page = signed_in_page("officer.jp", viewport={"width": 360, "height": 740})
    page.goto("/tasks/")
    box = page.locator("tbody tr[id]").first.bounding_box()
    assert box
    assert box["y"] < 680


def test_filters_are_links_that_can_be_kept(signed_in_page):
    page = signed_in_page("officer.jp", viewport=WIDE, java_script_enabled=False)
    page.goto("/tasks/")
    link = page.get_by_role("navigation", name="State of your entries").get_by_role(
        "link", name=re.compile("^Published")
    )
    count = int(link.inner_text().split()[-1])
    link.click()
    expect(page.locator("tbody tr[id]")).to_have_count(count)
    page.get_by_role("link", name="Last published").click()
    expect(page).to_have_url(re.compile("state=published&ordering=as_of"))
    expect(page.locator("tbody tr[id]")).to_have_count(count)


def test_the_printed_list_has_facts_and_no_controls(signed_in_page):
    page = signed_in_page("officer.jp", viewport=WIDE)
    page.goto("/tasks/?state=no_draft")
    page.emulate_media(media="print")
    for part in (".task-tools", ".task-filters nav", ".task-choice", ".task-step"):
        expect(page.locator(f"{part}:visible")).to_have_count(0)
    expect(
        page.get_by_text(re.compile(r"\d+ of 28 commitments: No draft"))
    ).to_be_visible()


def faults_of(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found]


@pytest.mark.parametrize(
    "look",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=["light", "dark", "forced"],
)
def test_the_lists_have_no_violation(signed_in_page, look):
    page = signed_in_page("officer.jp", viewport=WIDE, **look)
    faults = {}
    for path in ("/tasks/", "/tasks/?responsible=no-one&ordering=state", CONFIRM):
        for width in (WIDE["width"], 360):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.goto(path).ok
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            faults[f"{path} {width}"] = faults_of(page)
    page.goto("/tasks/?state=published&came-back=yes")
    expect(page.get_by_text("No commitment matches these filters")).to_be_visible()
    page.goto(CONFIRM)
    page.get_by_role("button", name="Confirm the ticked texts").click()
    expect(page.get_by_role("alert")).to_be_visible()
    faults["refused"] = faults_of(page)
    assert {name: found for name, found in faults.items() if found} == {}
