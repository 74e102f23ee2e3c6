"""Tests of scoring by spreadsheet: a body's own table, its errors, and the report."""

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_editor_page import violations

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

TABLE = re.compile("/assessing/[0-9a-f-]{36}/")
MEMBERS = ("CA", "FR", "DE", "IT", "JP", "GB", "US", "EU")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "no script": {"java_script_enabled": False},
    "phone": {"viewport": {"width": 320, "height": 740}},
}


def matrix(path: Path, *rows: list[str]) -> Path:
    """A body's own table: commitments down, members across."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Commitment", *MEMBERS], *rows):
        sheet.append(row)
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        cell.data_type = "s"
    book.save(path)
    return path


def open_sheet(page: Page) -> None:
    """Open the page of the sheet of the body's draft."""
    page.goto("/assessing/")
    links = page.locator("main a[href^='/assessing/']").all()
    found = (TABLE.match(link.get_attribute("href") or "") for link in links)
    for address in dict.fromkeys(match[0] for match in found if match):
        page.goto(address)
        link = page.get_by_role("link", name="Score by spreadsheet")
        if link.count():
            link.click()
            page.wait_for_url("**/upload/")
            return
    raise AssertionError("The body has no draft.")


def send(page: Page, path: Path) -> None:
    page.get_by_label("Your filled-in sheet").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url("**/uploads/**")


def check_page(page: Page, look: str) -> None:
    if look == "no script":
        return
    assert violations(page) == []
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("look", LOOKS)
def test_a_table_of_a_body_is_corrected_checked_and_applied(
    signed_in_page, tmp_path, look
):
    page = signed_in_page("assessor", **LOOKS[look])
    open_sheet(page)
    check_page(page, look)
    scores = ["1", "0", "\u22121", "n/a", "+ 1", "0", "-1", ""]
    number = [*LOOKS].index(look)
    bad = matrix(tmp_path / "bad.xlsx", [f"2.{number + 1}", "-", *scores[1:]])
    send(page, bad)
    expect(page.get_by_text("1 error in the file")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^B2"))).to_contain_text(
        "There is a sign without a digit."
    )
    expect(page.get_by_role("button", name=re.compile("Apply"))).to_have_count(0)
    check_page(page, look)
    page.get_by_role("link", name="Upload another file").click()
    good = matrix(tmp_path / "good.xlsx", [f"2.{number + 1}", *scores])
    send(page, good)
    check_page(page, look)
    page.get_by_role("button", name=re.compile("^Apply")).click()
    page.wait_for_url("**/report/")
    expect(page.get_by_role("heading", name="The sheet is applied")).to_be_visible()
    check_page(page, look)
