"""Tests of the filters and pages of a search, and of its queries."""

from datetime import date

import pytest

from accounts.typed.words import words_of
from progress.actions.search import put_search_rows
from progress.entries.search_results import (
    MOST_PAGES,
    PAGE_SIZE,
    EntrySearcher,
)
from progress.models import Entry, State, Status
from tests.explain import no_sequential_scan
from tests.factories import (
    make_entry,
    make_plan,
    member_commitment_of,
)
from tests.g7plan.search.corpus import (
    EVERY,
    SEARCH,
    SUGGESTIONS,
    ids_on,
)
from tests.progress.reading import html_of
from tests.progress.reading import words_of as words_shown

# ---- Filters and pages ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"member": "FR"}, "returned french sent"),
        ({"member": "JP"}, "draft amber green clear"),
        ({"action": "2"}, "draft"),
        (
            {"stocktake": "first", "member": "JP", "since": "2017-01-02"},
            "draft amber green",
        ),
        ({"until": "2017-01-02", "member": "JP"}, "green clear"),
        ({"instrument": "interpol", "member": "JP"}, "amber"),
        ({"plan": "test-plan", "action": "1", "member": "FR"}, "returned french sent"),
        ({"status": Status.IMPLEMENTED}, ""),
    ],
)
def test_filters_narrow_what_is_found(
    corpus, signed_in, officer_jp, officer_fr, filters, names
):
    reader = officer_fr if filters.get("member") == "FR" else officer_jp
    narrative = "interpol osprey heron soren falcon"
    Entry.objects.exclude(state=State.PUBLISHED).update(narrative=narrative)
    put_search_rows(Entry.objects.all())
    found = set()
    for word in ("interpol", "soren"):
        answer = signed_in(reader).get(
            SEARCH, {"q": word, "kind": "entries", **filters}
        )
        found |= set(ids_on(answer))
    assert found == {str(corpus[name].pk) for name in names.split()}


def test_each_filter_is_a_chip_that_removes_it(corpus, signed_in, observer):
    given = {"q": "interpol", "member": "JP", "since": "2017-01-01"}
    html = html_of(signed_in(observer).get(SEARCH, given))
    assert 'href="?q=interpol&amp;since=2017-01-01"' in html
    assert 'href="?q=interpol&amp;member=JP"' in html


def test_a_filter_of_entries_leaves_no_official_texts(corpus, signed_in, observer):
    browser = signed_in(observer)
    assert "Official texts 1" in words_shown(browser.get(SEARCH, {"q": "UNSCRs"}))
    narrowed = browser.get(SEARCH, {"q": "UNSCRs", "member": "JP"})
    assert "Nothing found for “UNSCRs”" in words_shown(narrowed)
    assert "Search without filters" in words_shown(narrowed)


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "poems"}, {"plan": "x"}, {"action": "9"}, {"member": "XX"},
        {"status": "x"}, {"stocktake": "x"}, {"instrument": "x"}, {"since": "soon"},
        {"since": "2017-02-02", "until": "2017-01-01"}, {"q": "x" * 201},
    ],
)  # fmt: skip
def test_a_value_that_is_not_offered_is_refused(corpus, signed_in, observer, bad):
    answer = signed_in(observer).get(SEARCH, {"q": "interpol", **bad})
    assert answer.status_code == 400
    assert "Please correct 1 field" in words_shown(answer)
    assert ids_on(answer) == []


def test_an_action_is_one_of_a_plan(plan, signed_in, observer):
    """Of several plans, one has to be chosen first."""
    browser = signed_in(observer)
    assert browser.get(SEARCH, {"q": "a", "action": "1"}).status_code == 200
    make_plan("another")
    assert browser.get(SEARCH, {"q": "a", "action": "1"}).status_code == 400
    chosen = browser.get(SEARCH, {"q": "a", "action": "1", "plan": "another"})
    assert chosen.status_code == 200


def test_results_come_in_pages(plan, officer_jp, signed_in, monkeypatch):
    monkeypatch.setattr("progress.entries.search_results.PAGE_SIZE", 2)
    monkeypatch.setattr("progress.entries.search_results.MOST_PAGES", 2)
    entries = [
        make_entry(
            member_commitment_of(plan, code, "JP"), by=officer_jp, narrative="Kestrel",
            state=state, as_of=date(2017, 1, day),
        )
        for day, (code, state) in enumerate(
            [
                (code, state)
                for code in ("1.1.1", "1.2.1", "1.2.2")
                for state in (State.PUBLISHED, State.DRAFT)
            ],
            start=1,
        )
    ]  # fmt: skip
    newest = [str(entry.pk) for entry in reversed(entries)]
    browser = signed_in(officer_jp)

    def page(number):
        return browser.get(SEARCH, {"q": "kestrel", "page": number})

    assert ids_on(page(1)) == newest[:2]
    assert ids_on(page(2)) == newest[2:4]
    assert "which this list does not show" in words_shown(page(2))
    for number in ("3", "0", "x", "²", "99999"):
        assert ids_on(page(number)) == newest[:2]


def test_a_page_after_the_last_gives_the_first(corpus, observer, now):
    searcher = EntrySearcher(observer, now, words_of("interpol"))
    assert searcher.page(EVERY, MOST_PAGES).number == 1
    assert PAGE_SIZE * MOST_PAGES <= 1000


# ---- Many rows -----------------------------------------------------------------------

PAGES = [
    "?q=everywhere", "?q=in1000", "?q=once", "?q=never", "?q=everywhere&page=5",
    "?q=annual", "?q=annual+in1000", "?q=annual&kind=evidence",
    "?q=everywhere&member=JP", "?q=in100&plan=test-plan&status=limited",
    "?q=in100&instrument=interpol", "?q=everywhere&since=2024-01-01&until=2025-01-01",
]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("reader", ["observer", "officer_jp", "coordinator"])
def test_no_search_reads_a_table_whole(large, signed_in, reader):
    browser = signed_in(large.people[reader])
    browser.get(f"{SEARCH}?q=a")
    for page in PAGES:
        with no_sequential_scan() as queries:
            answer = browser.get(f"{SEARCH}{page}")
        assert answer.status_code == 200, page
        assert len(queries) <= 12, (page, [query["sql"] for query in queries])


def test_suggestions_take_few_queries(large, signed_in):
    browser = signed_in(large.people["observer"])
    browser.get(f"{SUGGESTIONS}?q=inter")
    with no_sequential_scan() as queries:
        browser.get(f"{SUGGESTIONS}?q=interp")
    assert len(queries) <= 5
