"""Tests of what a search shows: marks, passages, empty results, suggestions."""

import re

import pytest

from progress.models import State
from tests.factories import (
    make_entry,
    member_commitment_of,
)
from tests.g7plan.search.corpus import (
    SEARCH,
    SUGGESTIONS,
    ids_on,
)
from tests.progress.reading import html_of, words_in
from tests.progress.reading import words_of as words_shown

# ---- What is shown -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "marks"),
    [
        ("etat acce", ["État", "accède"]),
        ("使用", ["使用"]),
        ("strass", []),
        ("soren", ["Søren"]),
        ("الارهاب", ["الإِرهَـاب"]),
        ("oresund", ["Øresund"]),
    ],
)
def test_what_is_found_is_marked(corpus, signed_in, observer, search, marks):
    html = html_of(signed_in(observer).get(SEARCH, {"q": search}))
    assert re.findall(r"<mark>(.*?)</mark>", html) == marks


def test_only_marks_are_put_into_a_text(plan, stocktake, officer_jp, signed_in):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp,
        narrative="**Bold** <script>alert('visa')</script> & [visa](https://x.example)",
    )  # fmt: skip
    html = html_of(signed_in(officer_jp).get(SEARCH, {"q": "visa <script>"}))
    assert "&lt;<mark>script</mark>&gt;alert(&#x27;<mark>visa</mark>&#x27;)" in html
    assert "Bold &lt;" in html
    assert "<script>alert" not in html


def test_words_in_the_address_of_a_link_are_shown_as_typed(
    plan, stocktake, officer_jp, signed_in
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp,
        narrative="See [the law](https://kestrel.example/law).",
    )  # fmt: skip
    html = html_of(signed_in(officer_jp).get(SEARCH, {"q": "kestrel"}))
    assert "See [the law](https://<mark>kestrel</mark>.example/law)." in words_in(
        html.replace("<mark>", "&lt;mark&gt;").replace("</mark>", "&lt;/mark&gt;")
    )


def test_evidence_is_shown_once_with_the_entries_that_cite_it(
    plan, stocktake, officer_jp, signed_in
):
    entries = [
        make_entry(member_commitment_of(plan, code, "JP"), by=officer_jp, evidence=1)
        for code in ("1.1.1", "1.2.1")
    ]
    shared = entries[0].evidence_links.get().evidence
    entries[1].evidence_links.update(evidence=shared)
    answer = signed_in(officer_jp).get(SEARCH, {"q": "annual", "kind": "evidence"})
    assert html_of(answer).count("<mark>Annual</mark>") == 1
    assert set(ids_on(answer)) == {str(entry.pk) for entry in entries}


def test_an_entry_that_was_replaced_says_so(plan, coordinator, officer_jp, signed_in):
    first = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp,
        state=State.PUBLISHED, published_by=coordinator, narrative="Kestrel",
    )  # fmt: skip
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, kind="correction",
        state=State.PUBLISHED, published_by=coordinator, narrative="Kestrel two",
        supersedes=first, supersedes_handling=first.handling, reason="Typo",
    )  # fmt: skip
    shown = words_shown(signed_in(officer_jp).get(SEARCH, {"q": "kestrel"}))
    assert shown.count("No longer in force") == 1
    assert shown.count("Correction") == 1


# ---- What is typed -------------------------------------------------------------------


def test_an_empty_search_says_what_can_be_searched(plan, signed_in, observer):
    answer = signed_in(observer).get(SEARCH)
    assert answer.status_code == 200
    assert "the entries you can read with their evidence" in words_shown(answer)
    assert "autofocus" in html_of(answer)


@pytest.mark.parametrize("typed", ["!?", "%", "_", "'", '"', "…", "🙂", "\u200b", "<>"])
def test_signs_alone_are_nothing_to_search_for(plan, signed_in, observer, typed):
    shown = words_shown(signed_in(observer).get(SEARCH, {"q": typed}))
    assert "There is nothing to search for in" in shown or "All words must be" in shown


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "100%",
        "'; DROP TABLE x; --",
        '"quoted',
        "\\",
        "a:*",
    ],
)
def test_any_text_is_searched_as_it_is(corpus, signed_in, observer, typed):
    answer = signed_in(observer).get(SEARCH, {"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in html_of(answer)


@pytest.mark.parametrize("path", [SEARCH, SUGGESTIONS])
@pytest.mark.parametrize("written", ["%ED%A0%80", "%FF", "%E2%80%AE", "%EF%BF%BE"])
def test_no_character_fails(plan, signed_in, observer, path, written):
    answer = signed_in(observer).get(f"{path}?q=a{written}b")
    assert answer.status_code in {200, 400}


def test_nothing_found_says_what_was_searched(
    corpus, signed_in, observer, administrator
):
    shown = words_shown(signed_in(observer).get(SEARCH, {"q": "pelican"}))
    assert "Nothing found for “pelican”" in shown
    assert (
        "You searched official texts, members and instruments, and the entries" in shown
    )
    shown = words_shown(signed_in(administrator).get(SEARCH, {"q": "pelican"}))
    assert "You searched official texts, members and instruments." in shown
    for kind in ("official", "names", "entries", "evidence"):
        answer = signed_in(observer).get(SEARCH, {"q": "pelican", "kind": kind})
        assert "You searched the" in words_shown(answer)
        assert "Search everything" in words_shown(answer)


def test_an_administrator_finds_no_entries(corpus, signed_in, administrator):
    answer = signed_in(administrator).get(SEARCH, {"q": "interpol"})
    assert ids_on(answer) == []
    assert "INTERPOL" in words_shown(answer)
    assert "Evidence" not in words_shown(answer)


# ---- Suggestions and the masthead ----------------------------------------------------


def suggested(browser, typed):
    answer = browser.get(SUGGESTIONS, {"q": typed})
    assert answer.status_code == 200
    return answer.json()


def test_suggestions_are_official_pages(corpus, signed_in, observer):
    browser = signed_in(observer)
    found = suggested(browser, "1.2.2")
    assert found["suggestions"][0]["code"] == "1.2.2"
    assert found["summary"].endswith(("suggestion", "suggestions"))
    for typed in ("1", "interp", "ja", "action plan", "bolster"):
        for one in suggested(browser, typed)["suggestions"]:
            path = one["url"].partition("#")[0]
            assert browser.get(path).status_code == 200, one


def test_suggestions_are_the_same_for_every_reader(
    corpus, signed_in, officer_jp, officer_fr, observer, administrator
):
    readers = (officer_jp, officer_fr, observer, administrator)
    for typed in ("i", "interpol", "kestrel", "osprey", "heron", "1", "税関"):
        answers = [suggested(signed_in(reader), typed) for reader in readers]
        assert all(answer == answers[0] for answer in answers)
        if typed in {"kestrel", "osprey", "heron", "税関"}:
            assert answers[0]["suggestions"] == []


def test_every_page_has_the_search_once(corpus, signed_in, observer):
    browser = signed_in(observer)
    for page in ("/", "/matrix/", "/reports/"):
        assert html_of(browser.get(page)).count('role="search"') == 1
    assert html_of(browser.get(SEARCH)).count('role="search"') == 1
    assert 'role="search"' not in html_of(signed_in(None).get("/accounts/login/"))
