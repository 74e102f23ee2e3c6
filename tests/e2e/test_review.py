"""Tests of the review page in a browser: 22 reviews by keyboard, and without script."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.in_review import STOCKTAKE
from tests.e2e.test_editor_page import violations
from tests.e2e.writing import WIDE
from tests.source_files import ROOT

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

MOST_BYTES = 100_000
SELECT = """() => getSelection().selectAllChildren(
  document.querySelector("[data-quotable] ins")
)"""


@pytest.fixture(scope="module")
def plan(trial, plan_of):
    """Japan sent 22 entries on a plan of this module, and four others sent four."""
    slug = plan_of(f"review-{os.getpid()}")
    members = ("ca", "de", "gb", "us")
    rest = "".join(
        f"fill('{slug}', '{one}', 4, published=4, returned=1);" for one in members
    )
    code = (
        f"from tests.e2e.in_review import fill, start; start('{slug}');"
        f"fill('{slug}', 'jp', 22, published=3, returned=1); {rest}"
    )
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(trial.var_dir)},
        check=True,
        capture_output=True,
    )
    return slug


@pytest.fixture
def review_of(plan, signed_in_page):
    """`review_of("JP")` is the review page with that member's entries on the plan."""

    def page_of(member: str, **options: object) -> Page:
        page: Page = signed_in_page("coordinator", **{"viewport": WIDE, **options})
        page.goto(list_url(plan, member))
        return page

    return page_of


def list_url(plan: str, member: str) -> str:
    narrowed = f"stocktake={plan}%3A{STOCKTAKE}&member={member}"
    return f"/review/?order=commitment&{narrowed}"


def heading(page: Page) -> str:
    return page.locator("#open-entry .code").inner_text()


# ---- By keyboard ---------------------------------------------------------------------


def test_22_reviews_by_keyboard(review_of, capsys):
    """Twenty are published, and two are returned with a usual reason."""
    page = review_of("JP")
    loads: list[str] = []
    page.on("domcontentloaded", lambda shown: loads.append(shown.url))
    keys = 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    for number in range(22):
        page.wait_for_load_state()  # the scripts of the page
        code = heading(page)
        if number in {5, 11}:
            press("r", "Enter")
            expect(page.locator("[name=usual]")).to_be_focused()
            press("ArrowDown", "Tab", "Tab", "Enter")
            done = "The entry is returned to its delegation."
        else:
            press("p", "Enter")
            expect(page.locator("[data-first]")).to_be_focused()
            press("Enter")
            done = "The entry is published."
        expect(page.locator("#messages")).to_contain_text(f"Japan {code}: {done}")
        if number < 21:
            expect(page.locator("#open-entry")).to_be_focused()
    expect(page.get_by_text("Returned, not sent again yet")).to_have_count(0)
    with capsys.disabled():
        sys.stdout.write(f"\n22 reviews: {keys} keys, {len(loads)} loads\n")
    assert keys <= 72
    assert len(loads) == 22


def test_keys_move_and_open_and_decide_nothing(review_of, plan):
    page = review_of("DE")
    loads: list[str] = []
    page.on("domcontentloaded", lambda shown: loads.append(shown.url))
    for key, place in (("j", 2), ("j", 3), ("k", 2)):
        page.keyboard.press(key)
        expect(page.locator(".review-neighbours")).to_contain_text(f"{place} of 4")
        expect(page.locator("#open-entry")).to_be_focused()
    assert loads == []
    page.go_back()
    expect(page.locator(".review-neighbours")).to_contain_text("3 of 4")
    page.keyboard.press("p")
    expect(page.locator(":focus")).to_have_text(re.compile("^Publish Germany"))
    page.keyboard.press("r")
    expect(page.locator(":focus")).to_have_text(re.compile("^Return Germany"))
    page.keyboard.press("p")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_text(re.compile("^Publish Germany.* now$"))
    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_have_text(re.compile("^Publish Germany"))
    page.locator(".desk-row a").nth(0).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".review-neighbours")).to_contain_text("1 of 4")
    expect(page.locator("#remaining")).to_contain_text("4 are listed.")


def test_a_reason_is_put_together_and_kept_while_moving(review_of):
    page = review_of("DE")
    page.get_by_text("Return Germany", exact=False).first.click()
    page.get_by_label("Usual reason").select_option(
        label="Please give the source of the figures."
    )
    page.evaluate(SELECT)
    page.get_by_role("button", name="Quote the selected words").click()
    reason = page.get_by_label(re.compile("^Reason"))
    whole = re.compile(r"^Please give the source of the figures\.\n\n“\S.*”$")
    expect(reason).to_have_value(whole)
    expect(page.get_by_label("Passage of the text")).to_be_hidden()
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".review-neighbours")).to_contain_text("2 of 4")
    page.get_by_role("link", name="Previous").click()
    expect(page.locator(".review-neighbours")).to_contain_text("1 of 4")
    page.get_by_text("Return Germany", exact=False).first.click()
    expect(page.get_by_label(re.compile("^Reason"))).to_have_value(whole)


def test_the_row_of_the_open_entry_folds_no_decision(review_of):
    page = review_of("DE")
    page.get_by_text("Return Germany", exact=False).first.click()
    reason = page.get_by_label(re.compile("^Reason"))
    reason.fill("Since when?")
    page.locator(".desk-row a[aria-current]").click()
    expect(page.locator("#open-entry")).to_be_focused()
    expect(reason).to_be_visible()
    expect(reason).to_have_value("Since when?")


def test_another_reviewer_was_first_and_no_reason_is_lost(review_of):
    slow, quick = review_of("CA"), review_of("CA")
    code = heading(slow)
    slow.get_by_text(f"Return Canada {code}").first.click()
    slow.get_by_label(re.compile("^Reason")).fill("Which agencies are these?")
    quick.get_by_text(f"Publish Canada {code}", exact=True).click()
    quick.get_by_role("button", name=f"Publish Canada {code} now").click()
    expect(quick.locator("#messages")).to_contain_text("The entry is published.")
    slow.get_by_role("button", name=f"Return Canada {code} now").click()
    expect(slow.get_by_text("This is not possible now")).to_be_visible()
    kept = slow.get_by_label("Your reason. It was not sent: copy it if you need it.")
    expect(kept).to_have_value("Which agencies are these?")
    slow.get_by_role("link", name="Go to the next entry").click()
    expect(slow.locator("#open-entry")).not_to_contain_text(code)


# ---- Without a script, on a phone ----------------------------------------------------


def test_without_javascript_every_step_works(review_of):
    page = review_of("US", java_script_enabled=False)
    first = heading(page)
    page.get_by_text(f"Publish United States {first}", exact=True).click()
    page.get_by_role("button", name=f"Publish United States {first} now").click()
    expect(page.locator("#messages")).to_contain_text("The entry is published.")
    second = heading(page)
    page.get_by_text(f"Return United States {second}", exact=True).click()
    page.get_by_label("Usual reason").select_option("evidence")
    page.get_by_label("Passage of the text").fill("Three agencies")
    page.get_by_role("button", name="Put them into the reason to edit them").click()
    reason = page.get_by_label(re.compile("^Reason"))
    expect(reason).to_have_value(re.compile("Please add.*\n\n“Three agencies”$"))
    page.get_by_role("button", name=f"Return United States {second} now").click()
    expect(page.locator("#messages")).to_contain_text("The entry is returned")
    page.get_by_role("link", name="Choose all").click()
    page.get_by_role("button", name="Publish chosen").click()
    expect(page.locator("article.decision")).to_have_count(2)
    expect(page.locator("article.decision ins").first).to_be_visible()
    page.get_by_role("checkbox", checked=True).last.uncheck()
    page.get_by_role("button", name="Publish the ticked entries").click()
    expect(page.get_by_text("1 entry published.")).to_be_visible()
    readers = page.get_by_role("cell", name="All delegations, observers, assessors")
    expect(readers).to_be_visible()


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_shows_the_list_and_then_the_entry(review_of, width):
    page = review_of("GB", viewport={"width": width, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator("#open-entry")).to_be_hidden()
    page.locator(".desk-row a").nth(1).click()
    expect(page.locator("#open-entry")).to_be_in_viewport()
    expect(page.locator(".desk-list")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".review-neighbours")).to_contain_text("3 of 4")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".desk-list")).to_be_visible()
    expect(page.locator("#open-entry")).to_be_hidden()


# ---- The page itself -----------------------------------------------------------------


def test_differences_and_decision_are_in_the_first_screen(review_of):
    page = review_of("GB")
    for part in (
        page.locator("#open-entry"),
        page.locator(".desk-row").first,
        page.locator(".review-act > summary").first,
    ):
        expect(part).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("Since when?")).to_be_visible()
    expect(page.locator("[data-quotable] del").first).to_be_visible()
    expect(page.locator("[data-quotable] ins").first).to_be_visible()


def test_the_page_is_light_and_takes_few_requests(review_of):
    page = review_of("GB")
    sizes: list[int] = []
    page.context.clear_cookies(name="nothing")
    fresh = page.context.new_page()
    fresh.on(
        "response",
        lambda answer: sizes.append(answer.request.sizes()["responseBodySize"]),
    )
    fresh.goto(page.url)
    assert sum(sizes) <= MOST_BYTES
    assert len(sizes) <= 12


@pytest.mark.parametrize(
    "look",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=["light", "dark", "forced"],
)
def test_the_pages_of_review_have_no_violation(review_of, look):
    page = review_of("GB", **look)
    assert violations(page) == []
    for key in ("p", "r"):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        assert violations(page) == []
        page.locator(".review-act[open] > summary").focus()
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Choose all").click()
    page.get_by_role("button", name="Publish chosen").click()
    expect(page.locator("article.decision").first).to_be_visible()
    assert violations(page) == []
