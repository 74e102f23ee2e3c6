"""The style sheet that is sent means what its sources say, as Chromium reads both."""

import re

import pytest

from g7plan.static_files.finders import built
from tests.source_files import ROOT

pytestmark = [pytest.mark.enable_socket, pytest.mark.long]

RULES = """
(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return [...sheet.cssRules].map((rule) => rule.cssText).join("\\n");
}
"""


def test_no_rule_is_lost_or_changed(browser):
    folder = ROOT / "static" / "css"
    names = re.findall('@import "([^"]+)"', (folder / "site.css").read_text("utf-8"))
    sources = "\n".join((folder / name).read_text("utf-8") for name in names)
    page = browser.new_page()
    sent = page.evaluate(RULES, built("css/site.css").read_text("utf-8"))
    assert same(sent) == same(page.evaluate(RULES, sources))
    page.close()


def same(rules: str) -> list[str]:
    """Return the lines, where what means the same is written in the same way."""
    # `a *:is(b)` is `a :is(b)`: see `DESCENDANT`. A custom property keeps its spaces.
    return re.sub(r",\s+", ",", rules.replace(" *:", " :")).split("\n")


def test_the_script_can_be_read(browser):
    page = browser.new_page()
    module = "(text) => void new Function(text)"
    page.evaluate(module, built("js/site.js").read_text("utf-8"))
    page.close()
