"""Tests of the search: each reader finds what a plain look at their texts finds."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.typed.words import words_of
from commitments.official_texts import OfficialFilter, official_texts
from progress.actions.search import put_search_rows
from progress.entries.search_results import (
    EntrySearcher,
)
from progress.models import Entry
from tests.accounts.typed.searched_texts import SEARCHES, TEXTS
from tests.factories import (
    add_evidence,
    make_entry,
    member_commitment_of,
)
from tests.g7plan.search.corpus import (
    EVERY,
    KINDS,
    READERS,
    SEARCH,
    SOUGHT,
    ids_on,
    plain_scan,
)
from tests.progress.reading import html_of


@pytest.mark.parametrize("name", ["officer_jp", "observer"])
def test_a_reader_finds_what_a_plain_scan_finds(name, request, corpus, now):
    check_entries(request.getfixturevalue(name), now, SOUGHT[::2], KINDS.values())


@pytest.mark.long
@pytest.mark.parametrize("name", READERS)
def test_each_reader_finds_what_a_plain_scan_finds(name, request, corpus, now):
    check_entries(request.getfixturevalue(name), now, SOUGHT, KINDS.values())


def check_entries(reader, now, searches, kinds):
    at = now + timedelta(minutes=1)
    for search in searches:
        for parts in kinds:
            page = EntrySearcher(reader, at, words_of(search), parts).page(EVERY, 1)
            expected = plain_scan(reader, at, search, *parts)
            assert [row.entry.pk for row in page.rows] == expected, (search, parts)


@pytest.mark.parametrize("name", ["officer_jp", "officer_fr", "observer"])
def test_a_page_shows_what_is_found(name, request, corpus, signed_in, now):
    reader = request.getfixturevalue(name)
    browser, official = signed_in(reader), official_texts()
    for search, kind in [
        ("interpol", ""), ("税関", "entries"), ("act", "evidence"), ("heron", ""),
        ("kestrel", ""),
    ]:  # fmt: skip
        answer = browser.get(SEARCH, {"q": search, "kind": kind})
        at = now + timedelta(minutes=1)
        expected = plain_scan(reader, at, search, *KINDS[kind])
        assert set(ids_on(answer)) == set(map(str, expected)), (search, kind)
    found = official.find("e", OfficialFilter())
    for kind, is_adopted in (("official", True), ("names", False)):
        html = html_of(browser.get(SEARCH, {"q": "e", "kind": kind}))
        shown = html.count('<li class="result">')
        assert shown == sum(text.is_adopted == is_adopted for text in found)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=40,
)
@given(SEARCHES, TEXTS, TEXTS, st.sampled_from(list(KINDS.values())))
def test_a_search_finds_texts_and_evidence_by_the_one_definition(
    generated, officer_jp, now, search, text, title, parts
):
    entry = generated
    entry.narrative = text
    Entry.objects.filter(pk=entry.pk).update(narrative=text)
    entry.evidence_links.all().delete()
    add_evidence(entry, by=officer_jp, title=title[:200])
    put_search_rows([entry])
    searcher = EntrySearcher(officer_jp, now, words_of(search), parts)
    found = searcher.page(EVERY, 1)
    expected = plain_scan(officer_jp, now, search, *parts)
    assert [row.entry.pk for row in found.rows] == expected


@pytest.fixture
def generated(plan, officer_jp):
    return make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)
