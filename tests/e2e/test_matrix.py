"""Tests of the matrix in Chromium: by keyboard, as spoken, and without a script.

They read the demo's own plan, and write nothing.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 640}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Where the focus is, as a screen reader names it: the commitment and the member.
FOCUSED = """() => {
  const link = document.activeElement, cell = link.closest("th, td");
  const name = link.querySelector(".visually-hidden")?.textContent ?? link.textContent;
  return [cell.tagName, name.trim().replace(/\\s+/g, " ")];
}"""


def open_matrix(page: Page, query: str = "") -> Page:
    answer = page.goto(f"/matrix/{query}")
    assert answer is not None
    assert answer.ok
    return page


def press(page: Page, *keys: str) -> list[str]:
    for key in keys:
        page.keyboard.press(key)
    where: list[str] = page.evaluate(FOCUSED)
    return where


def test_all_of_a_plan_is_in_sight_at_1280_by_800(signed_in_page):
    page = open_matrix(signed_in_page("coordinator", viewport=WIDE))
    assert page.locator("#matrix a.cell").count() == 224
    bottom = page.evaluate(
        "document.getElementById('matrix').getBoundingClientRect().bottom"
    )
    assert bottom <= 800
    assert page.evaluate(OVERFLOW) <= 0


def test_the_matrix_is_a_grid_of_one_tab_stop(signed_in_page):
    page = open_matrix(signed_in_page("coordinator", viewport=WIDE))
    grid = page.get_by_role("grid")
    assert grid.locator("a[tabindex='0']").count() == 1
    grid.locator("a[tabindex='0']").focus()
    assert page.evaluate(FOCUSED) == ["TD", "Canada, 1.1.1:"]
    assert press(page, "ArrowRight", "ArrowRight") == ["TD", "Germany, 1.1.1:"]
    assert press(page, "ArrowDown") == ["TD", "Germany, 1.2.1:"]
    assert press(page, "End") == ["TD", "European Union, 1.2.1:"]
    assert press(page, "ArrowRight") == ["TD", "European Union, 1.2.1:"]
    assert press(page, "PageDown") == ["TD", "European Union, 1.3.1:"]
    assert press(page, "ArrowDown", "PageUp") == ["TD", "European Union, 1.3.1:"]
    assert press(page, "PageUp") == ["TD", "European Union, 1.2.1:"]
    assert press(page, "Control+End") == ["TD", "European Union, 3.3:"]
    assert press(page, "ArrowDown") == ["TD", "European Union, 3.3:"]
    assert press(page, "Home") == ["TH", "3.3 Donor coordination in affected regions"]
    assert press(page, "ArrowRight") == ["TD", "Canada, 3.3:"]
    assert press(page, "Control+Home") == ["TH", "CA Canada".replace(" ", "")]
    assert grid.locator("a[tabindex='0']").count() == 1
    # Tab leaves the grid, and comes back to the same cell.
    press(page, "ArrowDown", "ArrowDown", "ArrowRight")
    here = page.evaluate(FOCUSED)
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('#matrix') !== null")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == here == ["TD", "France, 1.2.1:"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/commitments/1.2.1/FR/")


def test_a_cell_says_more_on_focus_and_lets_itself_be_dismissed(signed_in_page):
    page = open_matrix(signed_in_page("observer", viewport=WIDE))
    panel = page.locator("#cell-panel")
    cell = page.locator("#matrix a.cell:not(.cell-not_reported)").first
    cell.focus()
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("Age:")
    expect(panel).to_contain_text("published on")
    expect(cell).to_have_attribute("aria-describedby", "cell-panel")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert cell.evaluate("cell => cell === document.activeElement")
    assert cell.get_attribute("aria-describedby") is None


def test_a_cell_says_more_under_the_pointer_which_may_go_there(signed_in_page):
    page = open_matrix(signed_in_page("observer", viewport=WIDE))
    panel = page.locator("#cell-panel")
    page.locator("#matrix a.cell").nth(20).hover()
    expect(panel).to_be_visible()
    panel.hover()
    page.wait_for_timeout(400)
    expect(panel).to_be_visible()
    page.locator("h1").hover()
    expect(panel).to_be_hidden()


def test_a_screen_reader_hears_a_grid_with_both_heads_and_all_marks(signed_in_page):
    page = open_matrix(signed_in_page("coordinator", viewport=WIDE), "?action=3")
    heard = page.get_by_role("grid").aria_snapshot()
    assert 'grid "Status of each commitment for each member"' in heard
    for name in ("Part of the plan", "Commitment", "Canada", "European Union"):
        assert f'columnheader "{name}"' in heard
    assert re.search(r'rowheader "3\.1 Donor coordination and the ICCM"', heard)
    cells = re.findall(r'gridcell "([^"]*)"', heard)
    assert len(cells) == 3 * 8
    statuses = "Implemented|Substantial|Limited|Not started|Not applicable|Not reported"
    for cell in cells:
        assert re.match(rf"[A-Z][\w ]+, 3\.\d: ?({statuses})", cell), cell
    # Every mark has its words, and no letter of a state is spoken.
    assert any("With the Presidency" in cell for cell in cells)
    assert not any(re.search(r"Presidency P\b", cell) for cell in cells)


def test_without_a_script_it_is_a_table_of_links(signed_in_page):
    page = open_matrix(
        signed_in_page("observer", viewport=WIDE, java_script_enabled=False)
    )
    assert page.get_by_role("table", name="Status of each commitment").count() == 1
    assert page.locator("#matrix a[tabindex]").count() == 0
    page.locator(".matrix-filters > summary").click()
    page.get_by_role("checkbox", name="At risk").check()
    page.get_by_role("checkbox", name="Japan").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("at_risk=yes"))
    expect(page).to_have_url(re.compile("member=JP"))
    page.get_by_role("link", name="Remove this filter: At risk").click()
    expect(page).not_to_have_url(re.compile("at_risk"))
    page.get_by_role("link", name="Detailed").click()
    expect(page.locator(".matrix-detailed")).to_have_count(1)
    page.locator("#matrix a.cell").first.click()
    page.wait_for_url("**/JP/")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_phone_shows_one_member_in_words_or_all_marks(signed_in_page, has_script):
    page = open_matrix(
        signed_in_page("officer.jp", viewport=PHONE, java_script_enabled=has_script)
    )
    shown = page.locator("#matrix td:visible")
    assert shown.count() == 28
    assert "/JP/" in str(shown.locator("a").first.get_attribute("href"))
    expect(shown.locator(".cell-words").first).to_be_visible()
    page.locator(".matrix-switch").get_by_label("Canada").check(force=True)
    assert "/CA/" in str(shown.locator("a").first.get_attribute("href"))
    assert shown.count() == 28
    page.locator(".matrix-switch").get_by_label("All").check(force=True)
    assert shown.count() == 224
    if has_script:
        assert page.evaluate(OVERFLOW) <= 0
    boxes = [cell.bounding_box() for cell in shown.locator("a").all()[:8]]
    assert all(box and box["height"] >= 24 and box["width"] >= 24 for box in boxes)


@pytest.mark.parametrize(("look", "query"), [
    ({"color_scheme": "light"}, "?view=detailed&at_risk=yes"),
    ({"color_scheme": "dark"}, ""), ({"forced_colors": "active"}, ""),
    ({"viewport": PHONE}, ""),
])  # fmt: skip
def test_it_is_accessible_in_every_look(signed_in_page, look, query):
    page = open_matrix(
        signed_in_page("coordinator", **{"viewport": WIDE, **look}), query
    )
    cell = page.locator("#matrix td:visible a").first
    cell.focus()
    expect(page.locator("#cell-panel")).to_be_visible()
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
