"""The style guide shows each shared component of the style sheets and templates."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.progress.reading import html_of

CSS = settings.BASE_DIR / "static/css"
LOOK = settings.BASE_DIR / "docs/look.md"
# Sheets whose classes any page may use. The others are each for one kind of page, and
# their classes are shown where docs/look.md names them.
SHARED = ["base", "forms", "components", "tables", "charts", "conversation"]
# The includes that every page has, those that are a page by themselves, and one that
# takes the focus.
OF_THE_FRAME = {
    "_confirm", "_error_summary", "_htmx", "_keys", "_languages", "_masthead_search",
    "_messages", "_navigation", "_person", "_printed_line",
}  # fmt: skip
# Those that tags render once a process. Their classes show whether a sample is there.
OF_TAGS = {"_no_position", "_status_mark", "_status_mix"}
CLASS = re.compile(r"\.([a-z][\w-]*)")


def classes_of(sheet: Path) -> set[str]:
    """Return the classes that the selectors of a style sheet name."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    selectors = re.findall(r"([^{};]+)\{", text)
    return {
        name
        for selector in selectors
        if not selector.strip().startswith("@")
        for name in CLASS.findall(selector)
    }


def named_in_the_guide() -> set[str]:
    """Return the words that the guide to the look sets in code."""
    quoted = re.findall(r"`([^`]*)`", LOOK.read_text())
    return {word for code in quoted for word in re.findall(r"[a-z][\w-]+", code)}


@pytest.fixture
def guide(signed_in, administrator):
    return signed_in(administrator).get("/styleguide/")


def test_every_shared_class_has_a_sample(guide):
    every = set().union(*map(classes_of, CSS.glob("*.css")))
    shared = set().union(*(classes_of(CSS / f"{name}.css") for name in SHARED))
    expected = shared | named_in_the_guide() & every
    lists = re.findall(r'class="([^"]*)"', html_of(guide))
    assert sorted(expected - {name for found in lists for name in found.split()}) == []
    assert len(expected) > 150


def test_every_shared_include_has_a_sample(guide):
    folder = settings.BASE_DIR / "templates/components"
    names = {path.stem for path in folder.glob("*.html")} - OF_THE_FRAME - OF_TAGS
    used = {
        str(template.name).rpartition("/")[2].removesuffix(".html")
        for template in guide.templates
    }
    assert sorted(names - used) == []


def test_only_administrators_have_a_link_to_it(
    signed_in, administrator, officer_jp, plan
):
    link = 'href="/styleguide/"'
    assert link in html_of(signed_in(administrator).get("/"))
    assert link not in html_of(signed_in(officer_jp).get("/"))
