"""Tests of bars in small windows, of forced colours and of paper, in Chromium."""

import re
import unicodedata

import pytest
from pypdf import PdfReader

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.long,
    pytest.mark.usefixtures("empty_plan"),
]

# On a commitment of the empty plan that no other test writes on.
NEW_ENTRY = "/plans/editor-tests/commitments/3.3/JP/entries/new/"

# The height of the bars that stay while a page scrolls, as a part of the window's.
COVERED = """
() => [...document.querySelectorAll("*")].filter((element) => {
  const style = getComputedStyle(element);
  const is_bar = style.position === "sticky"
    && (style.top === "0px" || style.bottom === "0px");
  return style.position === "fixed" || is_bar;
}).reduce((most, element) =>
  Math.max(most, element.getBoundingClientRect().height), 0) / window.innerHeight
"""


@pytest.mark.parametrize(
    ("person", "path"),
    [
        (None, "/accounts/login/"),
        ("officer.jp", NEW_ENTRY),
        ("head.jp", "/clearance/"),
        ("officer.jp", "/plans/ise-shima-2016-ct/tasks/confirm/"),
        ("coordinator", "/reports/new/stocktake/"),
        ("coordinator", "/stocktakes/"),
    ],
)
def test_labels_of_buttons_are_visible_in_forced_colours(viewing_page, person, path):
    """Without its letters, a button must look different."""
    page = viewing_page(person, forced_colors="active")
    assert page.goto(path).ok
    buttons = page.locator(".button-primary:visible")
    assert buttons.count() > 0
    for button in buttons.all():
        button.scroll_into_view_if_needed()
        shown = button.screenshot()
        hide = "button => button.style.setProperty('-webkit-text-fill-color', '%s')"
        button.evaluate(hide % "transparent")
        assert button.screenshot() != shown, button.text_content()
        button.evaluate(hide % "currentcolor")


@pytest.mark.parametrize(
    ("person", "path", "handling"),
    [
        ("coordinator", "/review/", "TLP:AMBER"),
        ("coordinator", "/matrix/", "TLP:AMBER"),
        ("observer", "/matrix/", "TLP:GREEN"),
        ("observer", "/glossary/", ""),
        ("admin", "/people/", ""),
    ],
)
def test_every_sheet_names_its_handling_reader_and_instant(
    viewing_page, tmp_path, person, path, handling
):
    page = viewing_page(person)
    assert page.goto(path).ok
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    line = rf"{handling}.*Printed for .*\d{{4}}, \d\d:\d\d \w+"
    for sheet in PdfReader(tmp_path / "page.pdf").pages:
        text = re.sub(r"\s+", " ", sheet.extract_text())
        assert re.search(line, text), text[:200]
        assert handling or "TLP:AMBER · Printed" not in text


@pytest.mark.parametrize("path", ["/review/", "/plans/ise-shima-2016-ct/changes/"])
def test_what_is_folded_is_printed_and_no_filter_is(viewing_page, tmp_path, path):
    page = viewing_page("coordinator")
    assert page.goto(path).ok
    page.emulate_media(media="print")
    assert page.locator("main :is(select, textarea)").filter(visible=True).count() == 0
    assert page.locator("summary", has_text="Filter").filter(visible=True).count() == 0
    folded = page.locator("details:not([open])").filter(visible=True)
    parts = folded.locator("> :not(summary)").all_inner_texts()
    assert parts or path != "/review/"
    page.pdf(path=tmp_path / "page.pdf")
    text = "".join(
        sheet.extract_text() for sheet in PdfReader(tmp_path / "page.pdf").pages
    )
    # Without ligatures, such as that of "ffi".
    printed = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))
    for part in parts:
        first_words = " ".join(part.split()[:8])
        assert first_words
        assert first_words in printed


WINDOWS = [(320, 256), (320, 480), (360, 640), (1280, 800)]


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("officer.jp", NEW_ENTRY),
        ("head.jp", "/clearance/"),
        ("coordinator", "/review/"),
        ("coordinator", "/matrix/"),
        ("officer.jp", "/tasks/"),
        ("officer.jp", "/plans/ise-shima-2016-ct/tasks/confirm/"),
    ],
)
def test_bars_cover_at_most_a_quarter_of_the_window(viewing_page, person, path):
    page = viewing_page(person)
    covered = {}
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.goto(path).ok
        covered[width, height] = page.evaluate(COVERED)
    assert max(covered.values()) <= 0.25, covered
