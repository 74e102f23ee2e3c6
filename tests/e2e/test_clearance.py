"""Tests of the clearance page: a head clears 28 entries, by key and by click."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_editor_page import violations
from tests.e2e.writing import FIXTURE, WIDE
from tests.source_files import ROOT

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

OWN = "3.3"  # of the entry that the head of France writes
MOST_BYTES = 100_000
SELECT = """() => {
  const text = document.querySelector("[data-quotable] .compare-new ins, "
    + "[data-quotable] ins");
  getSelection().selectAllChildren(text);
}"""


@pytest.fixture(scope="module")
def filled(trial):
    """Germany and the United Kingdom have 28 entries in clearance; France has too."""
    code = (
        "from tests.e2e.in_clearance import fill;"
        f"fill('DE', '{FIXTURE}'); fill('GB', '{FIXTURE}');"
        f"fill('FR', '{FIXTURE}', own_code='{OWN}')"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(trial.var_dir)},
        check=True,
        capture_output=True,
    )


@pytest.fixture
def head_of(filled, signed_in_page):
    """`head_of("fr")` is the clearance page of that head."""

    def page_of(member: str, **options: object) -> Page:
        page: Page = signed_in_page(f"head.{member}", **{"viewport": WIDE, **options})
        page.goto("/clearance/")
        return page

    return page_of


def loads_of(page: Page) -> list[str]:
    """Return a list that grows with each page load."""
    loads: list[str] = []
    page.on("domcontentloaded", lambda shown: loads.append(shown.url))
    return loads


# ---- 28 entries ----------------------------------------------------------------------


def test_the_head_clears_28_by_key(head_of, capsys):
    page = head_of("de")
    expect(page.get_by_text("28 entries wait.")).to_be_visible()
    just_cleared = page.get_by_text("Cleared just now")
    # Those that another test has left.
    before = just_cleared.count()
    loads, keys = loads_of(page), 0
    for left in range(27, -1, -1):
        code = page.locator("#open-entry .code").inner_text()
        for key in ("c", "Enter"):
            page.keyboard.press(key)
            keys += 1
        expect(page.locator("#messages")).to_contain_text(f"{code}: The entry is clea")
        waits = f"{left} entr"
        expect(page.locator(".editor-head")).to_contain_text(waits)
    expect(page.get_by_text("No entries are waiting for clearance")).to_be_visible()
    expect(just_cleared).to_have_count(before + 28)
    with capsys.disabled():
        sys.stdout.write(f"\n28 cleared by key: {keys} keys, {len(loads)} loads\n")
    assert len(loads) <= 28
    assert keys == 56


def test_the_head_clears_28_from_one_page_with_their_texts(head_of, capsys):
    page = head_of("gb")
    loads, sizes = loads_of(page), []
    page.on("response", lambda answer: sizes.append(answer.request.sizes()))
    page.get_by_role("button", name="Read and clear all 28 entries").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(28)
    expect(page.locator("ins", has_text="Two more agencies")).to_have_count(28)
    page.get_by_role("textbox", name="The capital's reference").fill("T 12/2026")
    page.get_by_role("button", name="Clear the ticked entries").click()
    expect(page.get_by_text("28 entries cleared and sent for review.")).to_be_visible()
    largest = max(size["responseBodySize"] for size in sizes)
    with capsys.disabled():
        sys.stdout.write(
            f"\n28 cleared at once: 2 clicks, {len(loads)} loads, {largest} bytes\n"
        )
    assert len(loads) == 2
    assert largest <= MOST_BYTES


# ---- One after the other -------------------------------------------------------------


def test_keys_move_through_the_entries_and_clear_nothing(head_of):
    page = head_of("fr")
    waiting = page.get_by_text(re.compile(r"^\s*[0-9]+ entries wait\."))
    before = waiting.inner_text()
    for key, place in (("j", 2), ("j", 3), ("k", 2)):
        page.keyboard.press(key)
        expect(page.locator(".desk-head")).to_contain_text(f"{place} of ")
        # Under load an entry may come as a whole page: its script comes later.
        page.wait_for_load_state()
    page.keyboard.press("c")
    expect(page.locator(":focus")).to_have_text(re.compile("^Clear [0-9]"))
    page.keyboard.press("?")
    overlay = page.get_by_role("dialog", name="Keyboard")
    expect(overlay).to_contain_text("To the button that clears an entry")
    page.keyboard.press("Escape")
    expect(waiting).to_have_text(before)


def test_a_usual_reason_and_selected_words_go_into_the_reason(head_of, signed_in_page):
    page = head_of("fr")
    code = page.locator("#open-entry .code").inner_text()
    entry = (
        page.locator("article.desk-entry").get_attribute("id").removeprefix("entry-")
    )
    page.get_by_text("Send back to your officers").click()
    page.get_by_label("Usual reason").select_option(
        label="Please give the source of the figures."
    )
    quote = page.get_by_role("button", name="Quote the selected words")
    expect(quote).to_be_disabled()
    page.evaluate(SELECT)
    quote.click()
    reason = page.get_by_label(re.compile("^Reason"))
    expect(reason).to_have_value(
        "Please give the source of the figures.\n\n"
        "“Two more agencies joined in autumn.”"
    )
    expect(page.locator("#back_reason_limit")).to_contain_text("of 2,000 characters")
    expect(page.get_by_label("Passage of the text")).to_be_hidden()
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("link", name="Next").first.click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    page.get_by_role("button", name=f"Send {code} back").click()
    expect(page.get_by_text("is sent back to your officers.")).to_be_visible()
    officer = signed_in_page("officer.fr")
    officer.goto(f"/entries/{entry}/edit/")
    expect(officer.get_by_text("“Two more agencies")).to_be_visible()


def test_own_words_say_who_can_clear_them(head_of):
    page = head_of("fr")
    row = page.locator(".desk-row", has_text=OWN)
    expect(row).to_contain_text("You changed this entry, so you cannot clear it.")
    row.get_by_role("link").click()
    expect(page.locator("#open-entry")).to_contain_text(OWN)
    expect(page.get_by_role("button", name=f"Clear {OWN}")).to_have_count(0)
    expect(page.get_by_text("Send back to your officers")).to_be_visible()


def test_without_javascript_every_step_works(head_of):
    page = head_of("fr", java_script_enabled=False)
    first = page.locator("#open-entry .code").inner_text()
    page.get_by_role("textbox", name="The capital's reference").fill("T 7")
    page.get_by_role("button", name=f"Clear {first}").click()
    expect(page.locator("#messages")).to_contain_text(f"{first}: The entry is cleared")
    second = page.locator("#open-entry .code").inner_text()
    page.get_by_text("Send back to your officers").click()
    page.get_by_label("Usual reason").select_option(label="Please add evidence.")
    page.get_by_label("Passage of the text").fill("Two more agencies")
    page.get_by_role("button", name=f"Send {second} back").click()
    expect(page.locator("#messages")).to_contain_text(f"{second}: The entry is sent")
    page.get_by_role("link", name="Choose all").click()
    page.get_by_role("button", name="Clear chosen entries").click()
    expect(page.get_by_text(f"{OWN} is left out")).to_be_visible()
    for box in reversed(page.get_by_role("checkbox", checked=True).all()[1:]):
        box.uncheck()
    page.get_by_role("button", name="Clear the ticked entries").click()
    expect(page.get_by_text("1 entry cleared and sent for review.")).to_be_visible()
    page.goto("/clearance/")
    page.get_by_role("link", name=re.compile(f"^{first} ")).click()
    page.get_by_role("button", name=f"Recall {first}").click()
    expect(page.get_by_text("The entry is a draft again.")).to_be_visible()


# ---- The page itself -----------------------------------------------------------------


def test_old_and_new_are_side_by_side_from_960_pixels(head_of):
    for width, is_beside in ((960, True), (940, False)):
        page = head_of("fr", viewport={"width": width, "height": 800})
        old, new = (
            page.locator(f".compare-{side}").first.bounding_box()
            for side in ("old", "new")
        )
        assert (old["y"] == new["y"]) is is_beside
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_shows_one_entry_and_then_the_list(head_of, width):
    page = head_of("fr", viewport={"width": width, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator("#open-entry")).to_be_in_viewport()
    entry = page.locator(".desk-entry").bounding_box()
    listed = page.locator(".desk-list").bounding_box()
    assert listed["y"] >= entry["y"] + entry["height"]


def test_the_decision_is_in_the_first_screen(head_of):
    page = head_of("fr")
    for part in (
        page.locator("#open-entry"),
        page.locator(".compare-old").first,
        page.locator(".desk-row").first,
        page.get_by_role("button", name=re.compile("^Clear [0-9]")),
    ):
        expect(part).to_be_in_viewport(ratio=1)


def test_old_texts_are_printed_and_forms_are_not(head_of):
    page = head_of("fr")
    page.emulate_media(media="print")
    expect(page.locator(".compare-old").first).to_be_visible()
    expect(page.locator(".desk-list")).to_be_hidden()
    expect(page.locator(".desk-bar")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("button", name=re.compile("^Read and clear")).click()
    page.emulate_media(media="print")
    for part in page.locator(".compare-old").all():
        expect(part).to_be_visible()


@pytest.mark.parametrize(
    "look",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=["light", "dark", "forced"],
)
def test_the_pages_of_clearance_have_no_violation(head_of, look):
    page = head_of("fr", **look)
    page.get_by_text("Send back to your officers").click()
    assert violations(page) == []
    page.locator(".desk-row", has_text=OWN).get_by_role("link").click()
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("^Read and clear")).click()
    expect(page.get_by_role("button", name="Clear the ticked entries")).to_be_visible()
    assert violations(page) == []
    page.goto("/clearance/")
    page.get_by_text("Send back to your officers").click()
    page.get_by_role("button", name=re.compile("^Send .* back$")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
