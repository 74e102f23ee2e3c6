"""Tests of a newcomer's path from the sign-in page to the PDF, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.writing import FIXTURE

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

PLAN = f"/plans/{FIXTURE}"
STATEMENT = "Japan connected every regional border post to the database"
MEMBERS = [
    "Canada", "France", "Germany", "Italy", "Japan", "United Kingdom",
    "United States", "European Union",
]  # fmt: skip


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def write_entry(page: Page) -> str:
    """Write and send an entry, and return its id."""
    page.get_by_role("link", name="Tasks").first.click()
    expect(page.locator(".commitment-name")).to_have_count(28)
    page.get_by_role(
        "link", name=re.compile(r"^(1\.2\.2|Begin.*1\.2\.2)")
    ).first.click()
    if "/entries/new/" not in page.url:
        page.goto(f"{PLAN}/commitments/1.2.2/JP/entries/new/")
    page.get_by_label("Substantial progress").check()
    page.get_by_role("textbox", name="Narrative").fill(
        f"{STATEMENT}.\n\n- 14 posts\n- 日本 🚀\n"
    )
    page.get_by_label("Title").first.fill("Annual report of the National Police Agency")
    page.get_by_label("Link").first.fill("https://npa.example/report")
    press(page, "Save and send for clearance")
    page.wait_for_url("**/sent/")
    return page.url.split("/")[-3]


def clear_entry(page: Page, entry: str) -> None:
    # The page of the list that has the entry, whatever others have left waiting.
    page.goto(f"/clearance/?entry={entry}")
    row = page.locator(".desk-row", has=page.locator(f'[href$="{entry}"]'))
    row.get_by_role("link").click()
    expect(page.get_by_text(STATEMENT)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Clear 1.2.2")).click()
    page.wait_for_url(f"**after={entry}**")
    page.goto(f"/clearance/?entry={entry}")
    expect(row).to_contain_text("Cleared just now")


def publish_entry(page: Page, entry: str) -> None:
    page.goto(f"/review/?entry={entry}")
    expect(page.get_by_text(STATEMENT)).to_be_visible()
    page.get_by_text("Publish Japan 1.2.2", exact=True).click()
    press(page, "Publish Japan 1.2.2 now")
    expect(page.get_by_text(STATEMENT)).to_have_count(0)
    page.goto(f"/entries/{entry}/")
    expect(page.get_by_text("Published", exact=True).first).to_be_visible()


def compile_report(page: Page, target) -> str:
    page.goto("/reports/")
    page.get_by_role("link", name="Compile a report").click()
    page.get_by_role("link", name="Stocktake report").click()
    # Other tests may have opened a later stocktake on another plan.
    page.goto(f"{page.url}?plan={FIXTURE}")
    press(page, "Compile the report")
    expect(page.locator("#report-progress")).to_be_visible()
    download_link = page.get_by_role("link", name="PDF", exact=True)
    download_link.wait_for(timeout=60_000)
    with page.expect_download() as download:
        download_link.click()
    path = target / "report.pdf"
    download.value.save_as(path)
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_from_a_blank_entry_to_the_report(signed_in_page, tmp_path):
    entry = write_entry(signed_in_page("officer.jp"))
    clear_entry(signed_in_page("head.jp"), entry)
    coordinator = signed_in_page("coordinator")
    publish_entry(coordinator, entry)
    text = compile_report(coordinator, tmp_path)

    assert STATEMENT in re.sub(r"\s+", " ", text)
    assert "Illustrative data" in text
    assert_plan_order(text)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(
    ("view", "state"), [("", ".state-letter"), ("?view=detailed", ".tag")]
)
def test_no_state_leaves_its_cell_of_the_matrix(signed_in_page, width, view, state):
    """A letter, and a state of several words, must fit in a narrow column."""
    page = signed_in_page("coordinator", viewport={"width": width, "height": 800})
    page.goto(f"/matrix/{view}")
    tags = page.locator(f".cell > {state}")
    assert tags.count() > 20
    outside = tags.evaluate_all(
        """tags => tags.filter(tag => {
            const inner = tag.getBoundingClientRect();
            const cell = tag.parentElement.getBoundingClientRect();
            return inner.right > cell.right + 1 || inner.bottom > cell.bottom + 1;
        }).map(tag => tag.textContent)"""
    )
    assert not outside


def assert_plan_order(text: str) -> None:
    """Every commitment in the plan's own order, each with all eight members."""
    codes = [
        *("1.1.1", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.3.1", "1.3.2"),
        *("1.4.1", "1.4.2", "1.4.3", "1.4.4", "1.5.1", "1.5.2", "1.5.3", "1.5.4"),
        *("1.6.1", "1.6.2", "1.7.1", "1.7.2", "1.7.3"),
        *("2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3"),
    ]
    body = text[text.index("Commitments and what members report", 3000) :]
    places = [
        found.start()
        for code in codes
        if (found := re.search(rf"^{re.escape(code)}\b", body, re.MULTILINE))
    ]
    assert len(places) == 28
    assert places == sorted(places)
    for start, end in zip(places, [*places[1:], len(body)], strict=True):
        section = body[start:end]
        members = [section.find(name) for name in MEMBERS]
        assert -1 not in members
