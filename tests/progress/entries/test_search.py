"""Tests of the search for entries: the database finds what the definition finds."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.typed.words import finds, words_of
from progress.actions.search import put_search_rows
from progress.models import Entry, EntrySearch
from progress.querysets.search import (
    FIRST_TRY,
    GROWTH,
    EntrySearchQuery,
    first_matches,
    month_number,
)
from tests.accounts.typed.searched_texts import SEARCHES, TEXTS
from tests.explain import rows_read
from tests.factories import make_entry, member_commitment_of

ORDERS = [
    ("-as_of", "-pk"),
    ("as_of", "pk"),
    ("-published_at", "-pk"),
    ("member_commitment__member_id", "-as_of", "pk"),
]
# See tests/large: of all entries, of one in so many, of the past, of one, of none.
WORDS = ["everywhere", "in10", "in100", "in1000", "formerly", "once", "never"]


def from_index(text):
    query = EntrySearchQuery(words_of(text))
    return EntrySearch.objects.first_from_index(query, 10) if query.words else []


def from_list(text):
    return list(first_matches(Entry.objects.order_by("-as_of", "-pk"), text, 10))


@pytest.fixture
def entry(plan, officer_jp):
    return make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)


# ---- One text ------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(SEARCHES, TEXTS, TEXTS, st.dates())
def test_both_ways_find_what_the_definition_finds(entry, sought, text, more, day):
    entry.narrative, entry.obstacles, entry.as_of = text, more, day
    Entry.objects.filter(pk=entry.pk).update(as_of=day)
    put_search_rows([entry])
    expected = [entry.pk] if finds(words_of(sought), words_of(text, "", more)) else []
    assert [row.pk for row in from_list(sought)] == expected
    assert from_index(sought) == expected


@pytest.mark.parametrize(
    "text", ["税関" * 5000, "a " * 5000, "x" * 10_000, "\u0301" * 9]
)
def test_a_text_of_any_length_can_be_searched(entry, text):
    entry.narrative = text
    put_search_rows([entry])
    for sought in (text[:1000], text[:3]):
        expected = [entry.pk] if words_of(text) else []
        assert from_index(sought) == expected


def test_a_search_with_many_words_needs_all_of_them(entry):
    entry.narrative = " ".join(f"word{number}" for number in range(40))
    put_search_rows([entry])
    assert from_index(entry.narrative) == [entry.pk]
    assert from_index(f"{entry.narrative} a") == []


def test_months_are_counted_as_in_the_database(entry):
    """The index holds the month, so a difference would hide the entries of a month."""
    for day in (
        date(1, 1, 1),
        date(2016, 12, 31),
        date(2017, 1, 1),
        date(9999, 12, 31),
    ):
        assert month_number(day) == day.year * 12 + day.month
        Entry.objects.filter(pk=entry.pk).update(as_of=day)
        entry.as_of = day
        put_search_rows([entry])
        assert from_index("border") == [entry.pk]


# ---- Lists ---------------------------------------------------------------------------


def listed(large, reader, order):
    entries = Entry.objects.visible_to(large.people[reader], large.stocktake.opens_at)
    return entries.redacted_to(entries).order_by(*order)


def having(word):
    """Return the entries with a word, by a plain look at all."""
    rows = EntrySearch.objects.values_list("pk", "words")
    return {pk for pk, words in rows if f" {word}" in words}


OF_JP = {"member_commitment__member": "JP", "status": "limited"}


@pytest.mark.long
@pytest.mark.parametrize(
    ("reader", "filters", "order"),
    [
        *(("observer", {}, order) for order in ORDERS),
        *(("officer_jp", OF_JP, order) for order in ORDERS[::3]),
    ],
)
def test_the_first_matches_are_those_of_a_plain_scan(large, reader, filters, order):
    rows = listed(large, reader, order).filter(**filters)
    ids = list(rows.values_list("pk", flat=True))
    for word in WORDS:
        known = having(word)
        expected = [pk for pk in ids if pk in known][:101]
        found = first_matches(rows, word, 101).values_list("pk", flat=True)
        assert list(found) == expected, word


@pytest.mark.long
@pytest.mark.parametrize(("order", "sign"), [(ORDERS[0], "lt"), (ORDERS[1], "gt")])
def test_a_page_goes_on_where_the_last_one_ended(large, order, sign):
    rows = listed(large, "observer", order)
    known = having("in100")
    ids = [pk for pk in rows.values_list("pk", flat=True) if pk in known]
    last = Entry.objects.get(pk=ids[99])
    beyond = Q(**{f"as_of__{sign}": last.as_of})
    beyond |= Q(as_of=last.as_of, **{f"pk__{sign}": last.pk})
    found = first_matches(rows.filter(beyond), "in100", 21)
    assert [entry.pk for entry in found] == ids[100:121]


@pytest.mark.parametrize("word", ["everywhere", "once", "never"])
def test_a_search_reads_few_rows(large, word):
    """It looks at one part of the list, and at what the index of words names."""
    rows = listed(large, "observer", ORDERS[0])
    with CaptureQueriesContext(connection) as queries:
        list(first_matches(rows, word, 101))
    for query in list(queries):
        read = rows_read(query["sql"])
        assert read["progress_entrysearch"] <= 2 * FIRST_TRY, (query, read)


def test_words_of_only_the_newest_entries_are_not_sought_in_the_whole_list(large):
    rows = listed(large, "observer", ORDERS[0])
    newest = list(rows.values_list("pk", flat=True)[:60])
    EntrySearch.objects.filter(pk__in=newest).update(words=" lately")
    with CaptureQueriesContext(connection) as queries:
        found = list(first_matches(rows, "lately", 101).values_list("pk", flat=True))
    assert found == newest
    for query in list(queries):
        read = rows_read(query["sql"])
        assert read["progress_entrysearch"] <= GROWTH * FIRST_TRY, (query, read)
