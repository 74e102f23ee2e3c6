"""Ask axe what is wrong with a page, best practices included."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.e2e.every_page.layout import THEMES

SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
# The rules that look at colours. No other rule can find anything else in another theme.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
CONTRAST = "color-contrast"
RUN = """
options => axe.run({
  resultTypes: ["violations"], preload: false, selectors: false, ...options,
}).then(
  results => results.violations.map(
    rule => `${rule.id} ×${rule.nodes.length}: ${rule.nodes[0].html.slice(0, 200)}`))
"""


def prepare(page: Page) -> None:
    page.evaluate(SCRIPT)


def faults_in_each_theme(page: Page) -> list[str]:
    """Return the violations in each theme: of all rules, then of those of colours."""
    faults = []
    for theme, options in THEMES.items():
        page.emulate_media(**options)
        only = None if theme == "light" else OF_COLOURS
        faults += [f"{theme}: {fault}" for fault in axe_faults(page, only=only)]
    page.emulate_media(**THEMES["light"])
    return faults


def axe_faults(
    page: Page, *, only: list[str] | None = None, without: str = ""
) -> list[str]:
    """Return the violations: of these rules, or of all that axe has."""
    options: dict[str, Any] = {"runOnly": only} if only else {}
    if without:
        options["rules"] = {without: {"enabled": False}}
    faults: list[str] = page.evaluate(RUN, options)
    return faults
