"""Tests of the page: what it asks for, how it is built, and what comes first."""

import json
import re
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from functools import cache
from itertools import pairwise

import pytest

from reports.kinds import KIND_RULES
from reports.renderers.html.page import render_html
from reports.renderers.html.styles import styles
from reports.renderers.marks import marks_of
from reports.renderers.outline import printed_sections, printed_tables, shown_codes
from tests.reports.html.page_reading import DIGEST, read_page
from tests.reports.sample_snapshot import (
    sample_snapshot,
    with_actions,
    with_envelope,
    with_facts,
    without_entries,
)

EVERY_KIND = [
    (kind, layout) for kind, rules in KIND_RULES.items() for layout in rules.layouts
]
# Attributes by which a browser could ask for something.
ASKING = {"src", "srcset", "action", "formaction", "data", "poster", "background"}
# It needs no settings: only plain Python is loaded.
RENDER = """
import json, sys
from reports.renderers.html.page import render_html
content = render_html(json.load(sys.stdin), "d" * 64)
assert "django" not in sys.modules
sys.stdout.buffer.write(content)
"""


@cache
def small_snapshot(kind, layout):
    """A report of the first commitments of two actions."""
    snapshot = sample_snapshot((), kind, layout)
    first, second, *_others = deepcopy(snapshot["facts"]["actions"])
    del first["sub_areas"][2:], second["sub_areas"][0]["commitments"][2:]
    return with_actions(snapshot, [first, second])


@cache
def small_page(kind, layout):
    return read_page(render_html(small_snapshot(kind, layout), DIGEST))


def test_page_asks_nobody_for_anything(page):
    for node in page.all():
        assert node.tag not in {"script", "img", "iframe", "object", "base", "form"}
        assert not ASKING & node.attributes.keys()
        assert not [name for name in node.attributes if name.startswith("on")]
        assert "style" not in node.attributes
    (link,) = page.all("link")
    assert link.attributes == {"rel": "icon", "href": "data:,"}
    assert not re.search(r"url\(|@import|</", styles())


def test_policy_of_the_page_allows_its_styles_and_nothing_else(page):
    policies = [
        node.attributes["content"]
        for node in page.all("meta")
        if node.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    ]


def test_links_lead_into_the_page_or_openly_out_of_it(page):
    anchors = {node.attributes.get("id") for node in page.all()}
    outward = 0
    for link in page.all("a"):
        address = link.attributes["href"]
        if address.startswith("#"):
            assert address[1:] in anchors
        else:
            outward += 1
            assert address.startswith(("https://", "http://", "mailto:"))
            assert {"noopener", "noreferrer"} <= set(link.attributes["rel"].split())
    assert outward > 10


@pytest.mark.parametrize(("kind", "layout"), EVERY_KIND)
def test_each_kind_has_the_sections_of_the_pdf_in_their_order(kind, layout):
    page, facts = small_page(kind, layout), small_snapshot(kind, layout)["facts"]
    anchors = [
        node.attributes["id"]
        for node in page.by_class("report-section")
        if node.attributes["id"] != "section-risks"
    ]
    assert anchors == [f"section-{name}" for name in printed_sections(facts)]
    ids = Counter(node.attributes.get("id") for node in page.all())
    del ids[None]
    assert set(ids.values()) == {1}
    assert printed_tables(facts) <= ids.keys()
    assert {f"commitment-{code}" for code in shown_codes(facts)} <= ids.keys()
    links = {node.attributes["href"] for node in page.all("a")}
    assert {link[1:] for link in links if link.startswith("#")} <= ids.keys()


@pytest.mark.parametrize(("kind", "layout"), EVERY_KIND)
def test_headings_go_down_one_level_at_a_time(kind, layout):
    page = small_page(kind, layout)
    levels = [int(node.tag[1]) for node in page.all(*(f"h{n}" for n in range(1, 7)))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_screen_reader_finds_its_way(page):
    (html,) = page.all("html")
    assert html.attributes["lang"] == "en"
    (body,) = html.all("body")
    first = next(node for node in body.all())
    assert first.attributes["href"] == "#content"
    landmarks = [node.tag for node in body.all("header", "nav", "main", "footer")]
    assert landmarks == ["header", "main", "nav", "footer"]
    assert all(nav.attributes["aria-labelledby"] for nav in page.all("nav"))
    for drawing in page.all("svg"):
        named = drawing.attributes.get("role") == "img"
        assert named == bool(drawing.attributes.get("aria-label"))
        assert named != (drawing.attributes.get("aria-hidden") == "true")


def test_every_table_has_a_caption_and_heads(page):
    tables = [
        table
        for box in page.by_class("table-scroll")
        if box.attributes["role"] == "region"
        for table in box.all("table")
    ]
    assert len(tables) > 10
    for table in tables:
        (caption,) = table.all("caption")
        assert caption.words()
        assert all(head.attributes["scope"] for head in table.all("th"))
        (body,) = table.all("tbody")
        for row in body.all("tr"):
            first = row.inside[0]
            assert first.attributes["scope"] in {"row", "colgroup"}


@pytest.mark.parametrize("kind", KIND_RULES)
def test_all_marks_come_first(kind):
    layout = KIND_RULES[kind].layouts[0]
    snapshot, page = small_snapshot(kind, layout), small_page(kind, layout)
    marks = marks_of(snapshot, DIGEST)
    (front,) = page.by_class("front")
    said = front.words()
    for mark in marks:
        # The sentence on how to check the file needs no label.
        assert mark.label in said or mark == marks.verify
        assert mark.value in said
    (title,) = page.all("title")
    assert title.words().startswith("TLP:GREEN ")
    assert snapshot["facts"]["plan"]["title"] in title.words()
    (head,), (foot,) = page.all("header"), page.all("footer")
    assert "TLP:GREEN" in head.words()
    assert "TLP:GREEN" in foot.words()
    assert "Illustrative data" in head.words()


def test_marks_that_do_not_hold_are_not_there():
    snapshot = small_snapshot("stocktake", "full")
    real = with_envelope(snapshot, is_illustrative=False, circulation="final")
    page = read_page(render_html(real, DIGEST))
    assert "Illustrative" not in page.words()
    (front,) = page.by_class("front")
    assert "Final" in front.words()
    assert "Draft" not in page.words()


def test_a_report_without_entries_is_short_and_says_so(snapshot):
    page = read_page(render_html(without_entries(snapshot), DIGEST))
    assert "No member has a released entry." in page.words()
    assert not list(page.all("article"))
    assert not list(page.by_class("big-figures"))


def test_page_is_in_the_language_of_the_report():
    french = with_facts(small_snapshot("stocktake", "full"), language="fr")
    page = read_page(render_html(french, DIGEST))
    (html,) = page.all("html")
    assert html.attributes["lang"] == "fr"
    official = list(page.by_class("official"))
    assert official
    assert all(node.attributes["lang"] == "en" for node in official)


def test_bytes_are_the_same_in_other_processes():
    snapshot = small_snapshot("stocktake", "full")
    found = {
        subprocess.run(
            [sys.executable, "-c", RENDER],
            env={"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONPATH": "."},
            input=json.dumps(snapshot).encode(),
            capture_output=True,
            check=True,
        ).stdout
        for zone, seed in (("Asia/Tokyo", "1"), ("America/Los_Angeles", "2"))
    }
    assert found == {render_html(snapshot, DIGEST)}
