"""Tests of updating by spreadsheet, from the download to the report.

The file is filled in with openpyxl, which knows nothing of how it was written.
"""

import re
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_editor_page import violations
from tests.e2e.writing import WIDE, narrative, new_url, state_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

NEW = {"As of": "2017-03-31", "Status": "Limited progress"}
MOST_LOADS = 8


def download(page: Page, folder: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("Excel")).click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def fill(path: Path, texts: dict[str, dict[str, str]]) -> Path:
    """Type these cells into the sheet, by the code of a commitment and the heading."""
    book = openpyxl.load_workbook(path)
    sheet = book["Updates"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        for heading, text in texts.get(str(row[0].value).split(" ")[0], {}).items():
            sheet.cell(row[0].row, headings[heading]).value = text
    book.save(path)
    return path


def codes_in(path: Path) -> list[str]:
    rows = openpyxl.load_workbook(path)["Updates"].iter_rows(min_row=2)
    return [str(row[0].value).split(" ")[0] for row in rows if row[0].value]


def send(page: Page, path: Path) -> None:
    page.get_by_label("Your filled-in sheet").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url("**/sheet/preview/")


def open_sheet(page: Page, plan: str) -> None:
    page.goto(f"/plans/{plan}/sheet/")


def test_28_changed_texts_by_sheet(signed_in_page, plan_of, tmp_path, capsys):
    plan = plan_of("sheet-of-28")
    page = signed_in_page("officer.jp", viewport=WIDE)
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    page.goto(f"/plans/{plan}/tasks/")
    page.get_by_role("link", name="Update by spreadsheet").click()
    path = download(page, tmp_path)
    codes = codes_in(path)
    assert len(codes) == 28
    texts = {code: {**NEW, "Narrative": f"Two of five, {code}."} for code in codes}
    send(page, fill(path, texts))
    expect(page.get_by_text("28 rows would change entries.")).to_be_visible()
    page.get_by_role("button", name="Apply 28 rows").click()
    page.wait_for_url("**/sheet/report/")
    expect(page.get_by_text("28 drafts are saved.")).to_be_visible()
    page.get_by_role("link", name="Check all before sending").click()
    expect(page.get_by_text("28 entries are ready.")).to_be_visible()
    with capsys.disabled():
        sys.stdout.write(f"\n28 texts by sheet: {len(loads)} page loads\n")
    assert len(loads) <= MOST_LOADS


@pytest.fixture
def colleague_saves(signed_in_page):
    """`colleague_saves(plan, code, text)`: another person writes in the editor."""

    def save(plan: str, code: str, text: str) -> None:
        page = signed_in_page("head.jp")
        page.goto(new_url(plan, code))
        narrative(page).fill(text)
        expect(state_of(page)).to_contain_text("Saved at")

    return save


def test_two_officers_in_conflict(signed_in_page, plan_of, tmp_path, colleague_saves):
    plan = plan_of("sheet-conflict")
    page = signed_in_page("officer.jp", viewport=WIDE)
    open_sheet(page, plan)
    path = download(page, tmp_path)
    texts = {"1.1.1": {**NEW, "Narrative": "Two of five bureaus are connected."}}
    colleague_saves(plan, "1.1.1", "Three of five bureaus are connected.")
    send(page, fill(path, texts))
    conflict = page.locator("article", has_text="1.1.1").filter(has_text="Conflict")
    expect(conflict).to_contain_text("saved this entry on")
    marked = conflict.locator("ins")
    expect(marked.filter(has_text="Three")).to_be_visible()
    expect(marked.filter(has_text="Two")).to_be_visible()
    page.get_by_role("button", name="Apply 1 row").click()
    expect(page.get_by_text("Nothing was applied: decide about 1 row")).to_be_visible()
    page.get_by_role("link", name=re.compile("1.1.1: Choose which text")).click()
    conflict.get_by_label("Use what is in your sheet").check()
    colleague_saves(plan, "1.1.1", "Four of five bureaus are connected.")
    page.get_by_role("button", name="Apply 1 row").click()
    expect(page.get_by_text("Entries have changed since you opened")).to_be_visible()
    expect(marked.filter(has_text="Four")).to_be_visible()
    conflict.get_by_label("Use what is in your sheet").check()
    page.get_by_role("button", name="Apply 1 row").click()
    page.wait_for_url("**/sheet/report/")
    page.get_by_role("link", name=re.compile("1.1.1")).click()
    expect(narrative(page)).to_have_value("Two of five bureaus are connected.")


def test_without_javascript_errors_are_corrected_and_the_sheet_is_applied(
    signed_in_page, plan_of, tmp_path
):
    plan = plan_of("sheet-no-script")
    page = signed_in_page("officer.jp", java_script_enabled=False)
    open_sheet(page, plan)
    expect(page.get_by_text("You can also drop it here.")).to_be_hidden()
    path = download(page, tmp_path)
    send(page, fill(path, {"1.1.1": {"Status": "Superb", "Narrative": "=1+1"}}))
    expect(page.get_by_text(re.compile(r"\d errors? in the file"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Apply"))).to_have_count(0)
    page.get_by_role("link", name="Upload another file").click()
    expect(page.get_by_text("A file waits for you")).to_be_visible()
    send(page, fill(path, {"1.1.1": {**NEW, "Narrative": "Two of five."}}))
    page.get_by_role("button", name="Apply 1 row").click()
    expect(page.get_by_text("1 draft is saved.")).to_be_visible()


def test_a_dropped_file_is_uploaded_at_once(signed_in_page, plan_of):
    page = signed_in_page("officer.jp")
    open_sheet(page, plan_of("sheet-drop"))
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Ports"], "ports.csv", {type: "text/csv"}));
          const drop = {dataTransfer: data, bubbles: true};
          document.querySelector("[data-drop]").dispatchEvent(
            new DragEvent("drop", drop));
        }"""
    )
    expect(page.get_by_text("The file was not uploaded")).to_be_visible()


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "phone": {"viewport": {"width": 360, "height": 740}},
}


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_have_no_violation_and_fit_a_phone(
    signed_in_page, plan_of, tmp_path, colleague_saves, look
):
    plan = plan_of(f"sheet-{look}")
    page = signed_in_page("officer.jp", **LOOKS[look])
    open_sheet(page, plan)
    path = download(page, tmp_path)
    colleague_saves(plan, "1.1.1", "Three of five bureaus are connected.")
    new = {**NEW, "Narrative": "Two of five bureaus are connected."}
    send(page, fill(path, {"1.1.1": new, "1.2.1": {"Status": "Superb"}}))
    check_page(page)
    open_sheet(page, plan)
    check_page(page)
    texts = {"1.2.1": {**NEW, "Handling": "TLP:CLEAR", "Narrative": "Of five."}}
    send(page, fill(path, texts))
    page.get_by_role("button", name="Apply 2 rows").click()
    expect(page.get_by_text("Choose which text to use.").first).to_be_visible()
    check_page(page)
    page.get_by_label("Keep what is saved now").check()
    page.get_by_role("button", name="Apply 2 rows").click()
    page.wait_for_url("**/sheet/report/")
    check_page(page)


def check_page(page: Page) -> None:
    assert violations(page) == []
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
