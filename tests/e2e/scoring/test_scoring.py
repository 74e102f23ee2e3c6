"""Tests of an assessor's work in a browser: 56 cells by keyboard, the rest by sheet."""

import csv
import io
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.test_editor_page import violations
from tests.e2e.writing import WIDE, kept_in
from tests.source_files import ROOT

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

BY_KEYBOARD = 56
CELLS = 224
SCORES = {"1": "+1", "0": "0", "-": "−1", "n": "n/a"}


def shell(trial, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(trial.var_dir)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


PREPARE = "from tests.e2e.in_scoring import prepare; prepare({!r}, has_table={!r})"


def prepared(trial, plan_of, name: str) -> str:
    """Return the address of a draft table on a plan of its own."""
    slug = plan_of(f"{name}-{os.getpid()}")
    said = shell(trial, PREPARE.format(slug, True))
    found = re.search(r"table (\S+)", said)
    assert found, said
    return f"/assessing/{found[1]}/"


@pytest.fixture(scope="module")
def table(trial, plan_of):
    """A draft that the tests share: each works on the cells of one commitment."""
    return prepared(trial, plan_of, "scored-together")


@pytest.fixture
def work_on(table, signed_in_page):
    """`work_on("1.2.1")` is the work page with the cells of one commitment."""

    def page_of(code: str) -> Page:
        page: Page = signed_in_page("assessor", viewport=WIDE)
        open_work(page, f"{table}?commitment={code}")
        return page

    return page_of


def open_work(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("#editor.is-live")).to_be_visible()


def heading(page: Page) -> str:
    return page.locator("#open-entry").inner_text()


def rationale(page: Page):
    return page.get_by_role("textbox", name="Rationale")


# ---- The whole way -------------------------------------------------------------------


def test_a_table_is_scored_by_keyboard_and_by_sheet_then_opened_and_released(
    trial, plan_of, signed_in_page
):
    table = prepared(trial, plan_of, "scored-alone")
    work: Page = signed_in_page("assessor", viewport=WIDE)
    open_work(work, table)
    score_by_keyboard(work)
    import_the_rest(work, table)
    open_for_feedback(work, table)
    comment(signed_in_page("officer.jp", viewport=WIDE), table)
    answer(work, table)
    release(work, table)
    compare(signed_in_page("observer", viewport=WIDE), work)


def score_by_keyboard(page: Page) -> None:
    """Choose a score, type why, and go on: no pointer, and no Tab."""
    keys = list(SCORES) * (BY_KEYBOARD // len(SCORES))
    for key in keys:
        expect(page.locator("#editor.is-live")).to_be_visible()
        here = heading(page)
        page.keyboard.press(key)
        page.keyboard.press("r")
        expect(rationale(page)).to_be_focused()
        page.keyboard.type(f"Scored {SCORES[key]}.")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#open-entry")).not_to_have_text(here)
    expect(page.get_by_text(f"{BY_KEYBOARD} of {CELLS} scored")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("saved.")
    for score in SCORES.values():
        shown = page.locator("#cells b", has_text=re.compile(f"^{re.escape(score)}$"))
        expect(shown).to_have_count(BY_KEYBOARD // len(SCORES))


def import_the_rest(page: Page, table: str) -> None:
    """Fill in the downloaded sheet where it is blank, and apply it."""
    sheet = page.request.get(f"{table}sheet.csv").text().removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(sheet)))
    head = next(row for row in rows if "Score" in row)
    score, why = head.index("Score"), head.index("Rationale")
    blank = [row for row in rows[rows.index(head) + 1 :] if not row[score]]
    assert len(blank) == CELLS - BY_KEYBOARD
    for number, row in enumerate(blank):
        row[score] = ["'+1", "0", "-1", " n/a "][number % 4]
        row[why] = "From the sheet."
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    page.goto(f"{table}upload/")
    payload: FilePayload = {
        "name": "filled.csv",
        "mimeType": "text/csv",
        "buffer": out.getvalue().encode(),
    }
    page.set_input_files("#files", payload)
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("button", name=f"Apply {len(blank)} changes").click()
    open_work(page, table)
    expect(page.get_by_text(f"{CELLS} of {CELLS} scored")).to_be_visible()
    expect(page.get_by_text("Every cell is scored")).to_be_visible()


def open_for_feedback(page: Page, table: str) -> None:
    page.get_by_role("link", name="Open for feedback").click()
    until = datetime.now(UTC) + timedelta(days=3)
    page.get_by_label("Comments until").fill(until.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Everyone who signs in and can read the table").check()
    page.get_by_role("button", name="Open for feedback").click()
    expect(page.locator("#messages")).to_contain_text("open for feedback")
    expect(page.locator("#editor")).to_have_count(0)
    assert violations(page) == []


def comment(page: Page, table: str) -> None:
    """A delegation finds the table that waits for it, and comments on its score."""
    page.goto("/feedback/")
    page.locator(f"a[href*='{table.split('/')[2]}']").first.click()
    page.get_by_label("Comment").fill("Our law is in force since May.")
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator("#messages")).to_contain_text("Your comment is sent")


def answer(page: Page, table: str) -> None:
    page.goto(f"{table}comments/")
    expect(page.get_by_text("Our law is in force since May.")).to_be_visible()
    page.get_by_role("link", name="Answer Japan").click()
    assert violations(page) == []
    page.get_by_label("Answer").fill("We consider it in the final table.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("We consider it in the final table.")).to_be_visible()


def compare(page: Page, assessors: Page) -> None:
    """An observer reads the released table, and what contradicts the self-reports."""
    link = assessors.get_by_role("link", name="The score table as readers see it")
    page.goto(str(link.get_attribute("href")))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    grid = page.get_by_role("region", name="Score table")
    for score in SCORES.values():
        cells = grid.locator("td a", has_text=re.compile(f": {re.escape(score)}$"))
        expect(cells).to_have_count(CELLS // len(SCORES))
    page.goto(page.url.split("?")[0] + "differences/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []


def release(page: Page, table: str) -> None:
    page.goto(table)
    page.get_by_role("link", name="Release the table").click()
    page.get_by_role("button", name="Release the table").click()
    expect(page.locator("#messages")).to_contain_text("The table is released.")
    page.goto(f"{table}revise/")
    assert violations(page) == []
    page.goto(table)


# ---- Keys and saving -----------------------------------------------------------------


def test_keys_choose_a_score_and_can_be_switched_off(work_on):
    work = work_on("1.1.1")
    for key, name in (("1", "+1"), ("0", "0"), ("-", "−1"), ("n", "Not app")):
        work.keyboard.press(key)
        radio = work.get_by_role("radio", name=re.compile(f"^{re.escape(name)}"))
        expect(radio).to_be_checked()
        expect(radio).to_be_focused()
    work.keyboard.press("+")
    expect(work.get_by_role("radio", name=re.compile(r"^\+1"))).to_be_checked()
    work.keyboard.press("r")
    work.keyboard.type("1 - n")
    expect(rationale(work)).to_have_value("1 - n")
    expect(work.get_by_role("radio", name=re.compile(r"^\+1"))).to_be_checked()
    work.keyboard.press("Escape")
    work.keyboard.press("c")
    next_button = work.get_by_role("button", name="Save and go to the next unscored")
    expect(next_button).to_be_focused()
    work.keyboard.press("?")
    expect(work.get_by_text("Choose the score +1, 0, −1 or n/a")).to_be_visible()
    work.get_by_label("Use the single keys").uncheck()
    work.keyboard.press("Escape")
    work.keyboard.press("0")
    expect(work.get_by_role("radio", name=re.compile(r"^\+1"))).to_be_checked()


def test_j_and_k_go_from_cell_to_cell(work_on):
    work = work_on("1.2.1")
    first = heading(work)
    work.keyboard.press("j")
    expect(work.locator("#open-entry")).not_to_have_text(first)
    expect(work.locator("#editor.is-live")).to_be_visible()
    work.keyboard.press("k")
    expect(work.locator("#open-entry")).to_have_text(first)


def test_a_cell_saves_by_itself_and_its_version_goes_on(work_on):
    work = work_on("1.2.2")
    work.keyboard.press("1")
    state = work.locator("#save-state")
    expect(state).to_contain_text("Saved at")
    rationale(work).fill("A law is in force.")
    rationale(work).blur()
    expect(work.locator("[name=version]")).to_have_value("3")
    work.reload()
    expect(rationale(work)).to_have_value("A law is in force.")


def test_text_without_a_connection_is_kept_and_offered_again(work_on):
    work = work_on("1.2.3")
    rationale(work).focus()
    work.context.set_offline(True)
    rationale(work).fill("Typed in a tunnel.")
    state = work.locator("#save-state")
    expect(state).to_contain_text("Not saved: no connection.")
    assert "Typed in a tunnel." not in kept_in(work)
    work.context.set_offline(False)
    expect(state).to_contain_text("Saved at")


def test_a_newer_version_is_never_overwritten(work_on):
    work, other = work_on("1.2.4"), work_on("1.2.4")
    rationale(other).fill("Of a colleague.")
    rationale(other).blur()
    expect(other.locator("#save-state")).to_contain_text("Saved at")
    rationale(work).fill("Mine.")
    rationale(work).blur()
    expect(work.locator("#save-state")).to_contain_text("someone saved a newer version")
    work.get_by_role("button", name="Save", exact=True).click()
    expect(work.get_by_text("Another person saved this cell")).to_be_visible()
    expect(work.get_by_text("Of a colleague.")).to_be_visible()
    expect(rationale(work)).to_have_value("Mine.")
    work.get_by_role("button", name="Save", exact=True).click()
    expect(work.locator("#messages")).to_contain_text("saved.")


# ---- Without a script, small, and for everyone ---------------------------------------


def test_a_cell_is_scored_without_a_script_at_320_px(table, signed_in_page):
    page = signed_in_page(
        "assessor", java_script_enabled=False, viewport={"width": 320, "height": 640}
    )
    page.goto(f"{table}?commitment=1.3.1")
    page.locator("#cells [data-row-link]").first.click()
    page.get_by_label("0: Partial compliance or work in progress").check()
    rationale(page).fill("A bill is in work.")
    page.get_by_role("button", name="Save and go to the next unscored").click()
    expect(page.locator("#messages")).to_contain_text("saved.")
    expect(page.locator("#open-entry")).to_contain_text("France 1.3.1")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark", "forced"])
def test_pages_have_no_axe_violation(table, signed_in_page, width, theme):
    options = {
        "light": {"color_scheme": "light"},
        "dark": {"color_scheme": "dark"},
        "forced": {"forced_colors": "active"},
    }
    page = signed_in_page(
        "assessor", viewport={"width": width, "height": 800}, **options[theme]
    )
    open_page = page.goto
    open_page("/assessing/")
    plan = page.locator("a", has_text="Guidelines of this plan").first
    guidelines = str(plan.get_attribute("href"))
    cell = None
    for path in (
        "/assessing/", table, f"{table}?state=scored", f"{table}release/",
        f"{table}feedback/", f"{table}discard/", f"{table}comments/", guidelines,
        f"{guidelines}1.1.1/", "/",
    ):  # fmt: skip
        open_page(path)
        assert violations(page) == [], path
        wider = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(wider), path
        if path == table:
            cell = page.locator("#cells [data-row-link]").first.get_attribute("href")
    open_page(f"{table}{cell}")
    assert violations(page) == []


def test_guidelines_are_published_and_a_table_is_begun(trial, plan_of, signed_in_page):
    slug = plan_of(f"before-scores-{os.getpid()}")
    shell(trial, PREPARE.format(slug, False))
    page = signed_in_page("assessor", viewport=WIDE)
    guidelines = f"/assessing/guidelines/{slug}/"
    for path in (guidelines, f"{guidelines}1.1.1/publish/", f"{guidelines}publish/"):
        page.goto(path)
        assert violations(page) == [], path
    page.get_by_role("button", name="Publish 28 guidelines").click()
    page.goto("/assessing/")
    page.locator(f"a[href^='/assessing/begin/{slug}/']").click()
    assert violations(page) == []
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#editor.is-live")).to_be_visible()
    expect(page.get_by_text(f"0 of {CELLS} scored")).to_be_visible()
