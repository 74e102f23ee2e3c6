"""Nothing on a page moves while it loads, also if the script comes late."""

import time

import pytest

from tests.e2e.test_display import NEW_ENTRY

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.long,
    pytest.mark.usefixtures("empty_plan"),
]

PLAN = "/plans/ise-shima-2016-ct/"
PAGES = [
    (None, "/accounts/login/"),
    (None, "/verify/"),
    ("officer.jp", "/"),
    ("officer.jp", "/tasks/"),
    ("officer.jp", NEW_ENTRY),
    ("head.jp", "/clearance/"),
    ("coordinator", "/review/"),
    ("coordinator", "/matrix/"),
    ("observer", f"{PLAN}commitments/1.2.2/"),
    ("observer", "/search/?q=terrorist+financing"),
]
WINDOWS = [{"width": 1280, "height": 800}, {"width": 360, "height": 720}]
LATE = 0.25  # seconds: long enough for the page to be painted without its script
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    const moved = shift.sources.map(({ node }) => node?.outerHTML?.slice(0, 100) ?? "");
    if (!shift.hadRecentInput) window.shifts.push([shift.value, moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED = """
() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
"""


def late(route):
    time.sleep(LATE)
    route.continue_()


@pytest.mark.parametrize(("person", "path"), PAGES)
def test_nothing_moves_while_a_page_loads(viewing_page, person, path):
    for window in WINDOWS:
        page = viewing_page(person, viewport=window)
        page.add_init_script(WATCH)
        page.route("**/site.*.js", late)
        assert page.goto(path, wait_until="load").ok
        page.evaluate(SETTLED)
        assert page.evaluate("window.shifts") == [], window
