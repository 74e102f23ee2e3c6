"""Tests of the HTML file of a report in Chromium, from a disk: no server runs."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from reports.kinds import KIND_RULES
from reports.renderers.html.page import render_html
from tests.e2e.every_page.layout import OVERFLOW
from tests.reports.html.test_entries import NASTY, filled_with
from tests.reports.html.test_page import small_snapshot
from tests.reports.sample_snapshot import sample_snapshot

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

EVERY_KIND = [
    (kind, layout) for kind, rules in KIND_RULES.items() for layout in rules.layouts
]
DISPLAYS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
}
A4 = (595, 842)  # points


@pytest.fixture
def open_report(browser, tmp_path):
    """`open_report(snapshot)` is a page with its file. `asked` has all its requests."""
    contexts = []

    def opened(snapshot, **options):
        path = tmp_path / "report.html"
        path.write_bytes(render_html(snapshot, "d" * 64))
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("dialog", lambda dialog: page.said.append(dialog.message))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("kind", "layout", "display"),
    [
        *((*kind, display) for kind in EVERY_KIND for display in ("light", "narrow")),
        *(("stocktake", "full", display) for display in ("dark", "forced colours")),
    ],
)
def test_a_report_is_accessible_and_asks_for_nothing(
    open_report, kind, layout, display
):
    page = open_report(small_snapshot(kind, layout), **DISPLAYS[display])
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    assert page.evaluate(OVERFLOW) <= 0
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert (len(page.asked), page.said) == (1, [])


def test_nothing_that_was_typed_runs(open_report):
    for text in NASTY:
        page = open_report(filled_with(text))
        assert page.evaluate("document.scripts.length") == 0
        assert page.locator(".entry").first.is_visible()
        assert (len(page.asked), page.said) == (1, [])


def test_the_first_key_skips_to_the_report(open_report):
    page = open_report(sample_snapshot((), "gaps"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("kind", KIND_RULES)
def test_every_printed_page_has_the_handling_mark_twice(open_report, tmp_path, kind):
    page = open_report(sample_snapshot((), kind))
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "printed.pdf").pages
    for number, sheet in enumerate(sheets, 1):
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == A4
        text = sheet.extract_text()
        assert text.count("TLP:GREEN") >= 2, number
        assert "d" * 64 in text.replace("\n", ""), number
        assert f"{number} / {len(sheets)}" in text


def test_the_head_of_a_table_is_printed_on_each_of_its_pages(open_report, tmp_path):
    page = open_report(sample_snapshot())
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    heads = [
        "SHA-256 of the content" in sheet.extract_text()
        for sheet in PdfReader(tmp_path / "printed.pdf").pages
    ]
    assert sum(heads) > 2
