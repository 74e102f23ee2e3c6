"""Tests of the glossary's and the guides' pages: open, linked and complete."""

import re
from itertools import pairwise

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from g7plan.guides import ROUTES, read, to_guide
from tests.source_files import ROOT, tracked

# Words that pages explain where they first appear.
LINKED_TERMS = """
    action administrator api-key as-known-at as-of assessor at-risk audience
    capitals-reference carry-forward checkpoint clearance comment commitment contributor
    coordinator correction coverage current deputy digest discarded draft due entry
    evidence extension focal-point grace handling handover head-of-delegation
    head-of-the-ledger in-clearance instrument joint-commitment late lead-authority
    ledger matrix member member-commitment no-draft no-released-entry no-update
    not-reported notification observer officer plan position presidency published
    question recall receipt reinstated release report responsible-officer returned
    review round scope second-reviewer sha-256 snapshot state status stocktake sub-area
    summit target-date tlp unchanged-since with-the-presidency withdrawal
"""


@pytest.mark.parametrize("name", ROUTES)
def test_a_guide_is_read_without_signing_in(client, db, name):
    page = client.get(reverse(ROUTES[name]))
    assert page.status_code == 200
    text = page.content.decode()
    title = (settings.BASE_DIR / "docs" / name).read_text("utf-8").splitlines()[0]
    assert f'<h1 lang="en">{title.removeprefix("# ")}</h1>' in text
    anchors = re.findall(r'<li><a href="#([^"]+)">', text)
    assert anchors
    assert all(f'<h2 id="{anchor}">' in text for anchor in anchors)


@pytest.mark.parametrize("name", ROUTES)
def test_headings_of_a_guide_are_in_order_and_have_one_id_each(name):
    headings = re.findall(r'<h(\d) id="([^"]+)">', read(name).html)
    assert len({anchor for _level, anchor in headings}) == len(headings)
    levels = [1, *(int(level) for level, _anchor in headings)]
    assert all(level - before <= 1 for before, level in pairwise(levels))


@pytest.mark.parametrize("name", ROUTES)
def test_every_link_between_guides_finds_its_heading(name):
    addresses = {reverse(route): name for name, route in ROUTES.items()}
    for href in re.findall(r'href="([^"]+)"', read(name).html):
        path, _mark, anchor = href.partition("#")
        if "://" not in path:
            target = addresses[path] if path else name
            assert not anchor or f'id="{anchor}"' in read(target).html, href


@pytest.mark.parametrize("name", [name for name in ROUTES if "guide" in name])
def test_every_label_that_a_guide_quotes_is_on_a_screen(name):
    sources = [
        (ROOT / source).read_text("utf-8")
        for source in tracked("templates/*.html", "progress/*.py", "reports/*.py")
    ]
    shown = "\n".join(sources)
    labels = re.findall(r"<strong>([^<]+)</strong>", read(name).html)
    assert labels
    assert not [text for text in labels if not re.search(f"[\"'>]{text}[\"'<]", shown)]


def definitions():
    """The terms of the glossary by their ids, each with its definition as text."""
    parts = re.findall(
        r'<h3 id="([^"]+)">([^<]+)</h3>\n<p>(.*?)</p>', read("glossary.md").html
    )
    return {
        anchor: (term, re.sub(r"<[^>]+>", "", text)) for anchor, term, text in parts
    }


def test_the_glossary_defines_every_word_that_pages_link_to():
    assert set(LINKED_TERMS.split()) <= set(definitions())


def test_a_definition_is_two_sentences_at_most():
    defined = definitions()
    assert len(defined) == read("glossary.md").html.count("<h3 ")
    for term, text in defined.values():
        assert len(re.findall(r"[.?!](?=\s|$)", text)) <= 2, term


def test_the_glossary_is_in_the_order_of_the_alphabet():
    terms = [term.lower() for term, _text in definitions().values()]
    assert terms == sorted(terms)


def test_a_link_leads_to_the_page_of_its_document():
    html = to_guide("# A\n\n[grace](glossary.md#grace), [b](docs/glossary.md)").html
    assert html == (
        '<p><a href="/glossary/#grace">grace</a>, <a href="/glossary/">b</a></p>\n'
    )


def test_a_link_to_a_file_that_is_not_served_is_plain_text():
    html = to_guide("# A\n\n[*how* to run](running.md#x) and [us](https://e.org)").html
    assert html == ('<p><em>how</em> to run and <a href="https://e.org">us</a></p>\n')


def test_a_heading_has_an_id_and_a_table_names_its_columns():
    guide = to_guide("# A\n\n## 1. The `due` date\n\n| a |\n| --- |\n| b |")
    assert guide.title == "A"
    assert [(line.anchor, line.text) for line in guide.contents] == [
        ("1-the-due-date", "1. The due date")
    ]
    assert '<h2 id="1-the-due-date">1. The <code>due</code> date</h2>' in guide.html
    assert '<th scope="col">a</th>' in guide.html


def test_a_guide_must_begin_with_its_title():
    with pytest.raises(ValueError, match="must begin with a heading"):
        to_guide("## A\n\nText")


def test_every_page_links_to_the_glossary_and_to_all_guides(client, db):
    page = client.get(reverse("account_login")).text
    footer = page.partition('<footer class="colophon">')[2]
    linked = ("glossary", "guide-list", "verify", "api:docs")
    assert all(f'href="{reverse(route)}"' in footer for route in linked)
    every = client.get(reverse("guide-list")).text.partition("<dl")[2]
    assert [route for route in ROUTES.values() if reverse(route) not in every] == []


@pytest.mark.parametrize("name", sorted(set(ROUTES) - {"api-policy.md"}))
@pytest.mark.parametrize("language", ["fr", "de", "it", "ja"])
def test_a_translated_guide_keeps_its_anchors(name, language):
    """A link to a heading works in every language, and every block is translated."""
    english = read(name)
    with translation.override(language):
        translated = read(name)
    anchors = re.compile(r'(?:id|href)="([^"]*)"').findall
    assert translated.is_translated
    assert not english.is_translated
    assert translated.title != english.title
    assert sorted(anchors(translated.html)) == sorted(anchors(english.html))
    places = [heading.anchor for heading in english.contents]
    assert [heading.anchor for heading in translated.contents] == places
