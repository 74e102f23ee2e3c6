"""Tests of what the page shows of entries: words, languages, evidence, nasty texts."""

from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from reports.renderers.html.page import render_html
from tests.reports.html.page_reading import DIGEST, read_page
from tests.reports.sample_snapshot import (
    ADDRESS,
    commitments_of,
    short_snapshot,
    with_actions,
    with_facts,
)

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><style>body{display:none}</style>",
    "</title><!-- <b>",
    "]]> <![CDATA[",
    "&lt;b&gt; &amp;amp; &nbsp; &#0;",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "x:expression(alert(1)); background:url(https://example.org/a)",
    "{{ 7*7 }} {% now %} ${7*7}",
    "- begins like a point",
    "日本語の説明文",
    "عربي ثم English",
    "\u2067isolated\u2069 and \u200emarked",
    "👩\u200d👩\u200d👧 🇯🇵 ✅",
    "e\u0301 and é",
    "long" * 500,
)
# A page cannot hold these, or they turn letters around: each shows as a mark.
MARKED = {"a\x00b": "a▯b", "a\u202eb": "a▯b", "a\x1bb": "a▯b", "a\ud800b": "a▯b"}


short = cache(short_snapshot)


def of_one(change, **texts):
    """The first commitment, with one entry of these texts, changed."""
    snapshot = deepcopy(short())
    (position, *_others) = commitments_of(snapshot)[0]["positions"]
    entries: dict[Any, Any] = {**snapshot["facts"]["entries"]}
    entry = entries[position["entry"]] = {**entries[position["entry"]], **texts}
    change(position, entry)
    return with_facts(snapshot, entries=entries)


def evidence(title, url=""):
    return {
        "kind": "link" if url else "citation",
        "title": title,
        "url": url,
        "accessed_on": None,
        "citation": title,
        "file": {"name": title, "size": "1 kB", "sha256": "a" * 64},
    }


def filled_with(text):
    """A snapshot that has the text in every place where one is typed."""

    def change(position, entry):
        position["lead_authority"] = text
        entry["evidence"] = [evidence(text)]

    snapshot = of_one(change, narrative=text, next_steps=text, obstacles=text)
    commitment = commitments_of(snapshot)[0]
    commitment["short_title"] = text
    commitment["instruments"] = [text]
    facts = snapshot["facts"]
    plan = {**facts["plan"], "title": text}
    return with_facts(snapshot, plan=plan, title=text)


def squeezed(text):
    return " ".join(text.split())


@pytest.mark.parametrize("text", NASTY)
def test_every_text_reads_back_equal_and_nothing_runs(text):
    page = read_page(render_html(filled_with(text), DIGEST))
    plain = read_page(render_html(filled_with("plain"), DIGEST))
    expected = squeezed(text)
    (title,) = page.all("title")
    assert squeezed(title.text()).count(expected) == 2
    article = next(page.all("article"))
    said = [squeezed(node.text()) for node in article.all("bdi")]
    assert said == [expected] * 4
    # A text of an entry may have points and links of its own.
    for narrative in article.by_class("narrative"):
        assert expected.removeprefix("- ") in squeezed(narrative.text())
    (wording,) = {squeezed(node.text()) for node in page.by_class("kind")}
    assert wording == expected
    tags = {node.tag for node in page.all()}
    assert tags - {"ul", "li"} <= {node.tag for node in plain.all()}
    assert len(list(page.all("style"))) == len(list(page.all("title"))) == 1
    names = {name for node in page.all() for name in node.attributes}
    assert names <= {name for node in plain.all() for name in node.attributes} | {
        "lang",
        "dir",
        "role",
    }


@pytest.mark.parametrize("text", MARKED)
def test_a_character_that_no_page_can_show_is_a_mark(text):
    page = read_page(render_html(filled_with(text), DIGEST))
    article = next(page.all("article"))
    assert {node.text() for node in article.all("bdi")} == {MARKED[text]}
    for narrative in article.by_class("narrative"):
        assert narrative.text() == MARKED[text]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org",
        "https://user@example.org/",
        "https://example.org\\@other.org/",
        "mailto:someone@example.org",
    ],
)
def test_evidence_links_to_the_web_only(url):
    def change(_position, entry):
        entry["evidence"] = [evidence("Report", url)]

    page = read_page(render_html(of_one(change), DIGEST))
    (note,) = next(page.all("article")).by_class("evidence")
    assert url in note.text()
    assert not list(note.all("a"))


def test_evidence_is_a_list_of_notes_with_links():
    def change(_position, entry):
        entry["evidence"] = [evidence("Report", ADDRESS)]

    page = read_page(render_html(of_one(change), DIGEST))
    (notes,) = next(page.all("article")).by_class("evidence")
    assert notes.tag == "ol"
    (link,) = notes.all("a")
    assert link.attributes["href"] == ADDRESS
    assert link.attributes["rel"] == "noopener noreferrer"
    assert "SHA-256" in notes.words()


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Un texte", "fr"),
        ("pt-BR", "Um texto", "pt-BR"),
        ("en", "A text", None),
        ("", "A text", None),
        ("", "日本は、説明した。", "ja"),
    ],
)
def test_each_text_has_its_language(language, text, expected):
    texts = {"narrative": text, "next_steps": text, "obstacles": text}
    snapshot = of_one(lambda *_: None, language=language, **texts)
    article = next(read_page(render_html(snapshot, DIGEST)).all("article"))
    found = [node.attributes.get("lang") for node in article.by_class("narrative")]
    assert found == [expected] * 3


def test_text_from_right_to_left_has_its_direction():
    text = "- مكافحة الإرهاب\n- في عام 2016"
    snapshot = of_one(lambda *_: None, language="ar", narrative=text)
    article = next(read_page(render_html(snapshot, DIGEST)).all("article"))
    narrative = next(article.by_class("narrative"))
    assert narrative.attributes["lang"] == "ar"
    (points,) = narrative.all("ul")
    assert points.attributes["dir"] == "rtl"


def test_an_entry_says_its_status_dates_and_marks():
    def change(position, entry):
        position["change"], position["before"] = "up", "not_started"
        entry["is_at_risk"] = entry["is_late"] = True

    snapshot = of_one(change, status="limited", handling="clear")
    article = next(read_page(render_html(snapshot, DIGEST)).all("article"))
    said = article.words()
    for words in (
        "Limited progress",
        "Moved up from “Not started”",
        "At risk",
        "as of 30 April 2017, published 12 May 2017",
        "Late",
        "TLP:CLEAR",
    ):
        assert words in said


def test_positions_without_an_entry_are_named_with_what_is_known():
    snapshot = deepcopy(short())
    position = commitments_of(snapshot)[0]["positions"][3]
    assert position["entry"] is None
    position["lead_authority"] = "Ministry of Justice"
    position["change"], position["is_withdrawn"] = "gone", True
    page = read_page(render_html(snapshot, DIGEST))
    said = page.by_id("commitment-1.1.1").words()
    assert "No released entry: Italy (Withdrawn, Ministry of Justice)" in said


def test_a_compact_report_has_the_first_sentences_only():
    snapshot = of_one(lambda *_: None, narrative="First sentence. Second sentence.")
    compact = with_facts(snapshot, layout="compact")
    page = read_page(render_html(compact, DIGEST))
    article = next(page.all("article"))
    assert "First sentence." in article.words()
    assert "Second" not in article.words()


def test_a_commitment_that_nobody_reports_on_takes_one_line(snapshot):
    silent = deepcopy(snapshot)
    for row in commitments_of(silent)[0]["positions"]:
        row["entry"], row["figure"], row["change"] = None, "not_reported", ""
        row["before"], row["is_overdue"] = "", False
    page = read_page(
        render_html(with_actions(silent, silent["facts"]["actions"]), DIGEST)
    )
    assert "No member has a released entry." in page.by_id("commitment-1.1.1").words()
