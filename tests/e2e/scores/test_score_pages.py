"""Tests of the pages of scores in Chromium: axe, layout, themes, paper.

They read the demonstration's own score tables, and write nothing.
"""

import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.every_page.axe import faults_in_each_theme, prepare

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PLAN = "/plans/ise-shima-2016-ct/"
COLUMNS = "CA FR DE IT JP GB US EU Average % Rank"
SCORES = f"{PLAN}scores/university-observatory/"
PAGES = [
    "/scores/", f"{PLAN}scores/", SCORES, f"{SCORES}ranking/",
    f"{SCORES}ranking/?by=area", f"{SCORES}differences/", f"{SCORES}over-time/",
    f"{SCORES}compare/", f"{SCORES}guidelines/", f"{SCORES}1.1.1/FR/",
    f"{SCORES}?known_at=2000-01-01", f"{SCORES}ranking/?area=nothing",
]  # fmt: skip
BESIDE = [f"{PLAN}commitments/1.1.1/", f"{PLAN}members/FR/", PLAN]


def check(page: Page, path: str) -> None:
    """Open a page at both widths, in each theme, and look for what is wrong."""
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # both are given
        page.goto(path)
        assert page.evaluate(OVERFLOW) <= 0, (path, size)
        prepare(page)
        assert faults_in_each_theme(page) == [], (path, size)


@pytest.mark.parametrize("path", [*PAGES, *BESIDE])
def test_pages_of_scores_are_accessible_and_fit(signed_in_page, path):
    check(signed_in_page("observer"), path)


def test_feedback_is_accessible_and_fits(signed_in_page):
    page = signed_in_page("officer.fr")
    check(page, "/feedback/")
    page.locator("main tbody th a").first.click()
    page.wait_for_url("**/feedback/*-*/**")
    check(page, page.url)
    assert page.get_by_role("button", name="Send comment").count() == 1


def test_the_heads_of_a_score_table_stay_in_sight(signed_in_page):
    page = signed_in_page("observer", viewport=WIDE)
    page.goto(SCORES)
    page.get_by_role("link", name="3.3", exact=False).last.scroll_into_view_if_needed()
    top = page.evaluate(
        "document.querySelector('.scores thead th').getBoundingClientRect().top"
    )
    assert 0 <= top < 100


def test_on_a_phone_a_score_table_scrolls_in_its_own_box(signed_in_page):
    page = signed_in_page("observer", viewport=PHONE)
    page.goto(SCORES)
    frame = page.get_by_role("region", name="Score table")
    assert frame.evaluate("box => box.scrollWidth > box.clientWidth")
    frame.evaluate("box => box.scrollTo(300, 300)")
    left = frame.evaluate(
        "box => box.querySelector('tbody th[scope=row]').getBoundingClientRect().left"
        " - box.getBoundingClientRect().left"
    )
    assert abs(left) <= 1


def test_a_cell_leads_to_its_score_and_back(signed_in_page):
    page = signed_in_page("observer", viewport=WIDE)
    page.goto(SCORES)
    page.get_by_role("link", name="France, 1.1.1:").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/1.1.1/FR/**")
    expect(page.get_by_role("heading", name="Rationale")).to_be_visible()
    expect(page.get_by_role("heading", name="Self-report")).to_be_visible()
    page.get_by_role("link", name="Score table", exact=True).click()
    page.wait_for_url(f"**{SCORES}**")


def test_a_printed_score_table_has_every_cell_and_no_control(signed_in_page, tmp_path):
    page = signed_in_page("observer", viewport={"width": 794, "height": 1123})
    page.goto(SCORES)
    page.emulate_media(media="print")
    assert not page.locator(".clocks-choose").is_visible()
    assert not page.locator(".tabs").is_visible()
    frame = page.locator(".matrix-frame")
    assert frame.evaluate("box => getComputedStyle(box).maxHeight") == "none"
    assert frame.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "page.pdf").pages]
    tables = [sheet for sheet in sheets if "1.2.2" in sheet or "2.4" in sheet]
    assert len(tables) > 1
    assert all(COLUMNS in re.sub(r"\s+", " ", sheet) for sheet in tables)
    # The averages of members are below the last row, and not at the end of each sheet.
    assert sum(sheet.count("Average of the member") for sheet in sheets) == 1
