"""Tests of what changed on a plan since a day, a stocktake or a summit."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import Entry, Handling, State, Status
from tests.factories import make_entry, member_commitment_of
from tests.progress.reading import html_of, words_of

URL = "/plans/test-plan/changes/"
GONE = "withdrawn, or replaced by one that is not released to you"


@pytest.fixture
def then(now):
    return now - timedelta(days=45)


@pytest.fixture
def since(now):
    return f"{URL}?since={(now - timedelta(days=40)).date().isoformat()}"


@pytest.fixture
def published(plan, officer_jp, then):
    """`published(status, …)`: 45 days ago, unless the fields say otherwise."""

    def make(status, code="1.2.2", member="JP", at=then, **fields):
        return make_entry(
            member_commitment_of(plan, code, member), by=officer_jp,
            state=State.PUBLISHED, status=status, as_of=at.date(), published_at=at,
            submitted_at=at, written_at=at, **fields,
        )  # fmt: skip

    return make


def row_of(answer, member="Japan") -> str:
    """Return the words of a member's group."""
    return words_of(answer).split(f" {member} ")[-1]


def test_a_step_is_shown_with_both_statuses_and_the_first_words(
    signed_in, observer, published, since, now
):
    published(Status.LIMITED)
    published(
        Status.SUBSTANTIAL, at=now - timedelta(2),
        narrative="**All** police posts are linked. " + "More of the same. " * 40,
    )  # fmt: skip
    shown = row_of(signed_in(observer).get(since))
    for words in ("Moved up", "Before: Limited", "Now: Substantial",
                  "All police posts are linked."):  # fmt: skip
        assert words in shown
    assert "**" not in shown
    assert shown.count("More of the same.") < 15


def test_what_has_not_changed_is_not_shown(signed_in, observer, published, since):
    published(Status.LIMITED)
    shown = words_of(signed_in(observer).get(since))
    assert "Nothing has changed since" in shown
    assert "Choose an earlier day" in shown


def test_an_update_of_the_same_status_is_no_step(
    signed_in, observer, published, since, now
):
    published(Status.LIMITED)
    published(Status.LIMITED, at=now - timedelta(2))
    page = words_of(signed_in(observer).get(since))
    assert "Apply filters = Updated 1 By member" in page
    assert "Updated" in row_of(signed_in(observer).get(since))


def amended(published, kind, handling, now):
    first = published(Status.LIMITED)
    return published(
        Status.SUBSTANTIAL, at=now - timedelta(2), kind=kind, supersedes=first,
        reason="A reason of its own.", handling=handling,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "handling"),
    [
        (Entry.Kind.WITHDRAWAL, Handling.GREEN),
        (Entry.Kind.WITHDRAWAL, Handling.AMBER),
        (Entry.Kind.CORRECTION, Handling.AMBER),
    ],
)
def test_a_withdrawal_and_a_hidden_correction_look_alike(
    signed_in, observer, published, since, now, kind, handling
):
    amended(published, kind, handling, now)
    browser = signed_in(observer)
    shown = words_of(browser.get(since))
    assert "No longer released Before: Limited progress → Now: No released" in shown
    assert GONE in shown
    assert "A reason" not in html_of(browser.get(since))
    assert "Substantial" not in words_of(browser.get(f"{since}&change=gone"))
    csv = browser.get(f"{since}&format=csv").getvalue().decode()
    assert "No longer released,Limited progress,No released entry" in csv
    assert "TLP:GREEN" in csv


def test_whoever_sees_every_entry_is_told_that_it_was_withdrawn(
    signed_in, officer_jp, coordinator, published, since, now
):
    amended(published, Entry.Kind.WITHDRAWAL, Handling.AMBER, now)
    for person in (officer_jp, coordinator):
        shown = row_of(signed_in(person).get(since))
        assert "Withdrawn" in shown
        assert "Now: Not reported" in shown


def test_an_earlier_entry_that_shows_again_does_not_say_why(
    signed_in, observer, published, since, now, then
):
    published(Status.LIMITED, at=then - timedelta(5))
    later = published(Status.SUBSTANTIAL)
    published(Status.SUBSTANTIAL, at=now - timedelta(2), kind=Entry.Kind.CORRECTION,
              supersedes=later, reason="Secret.", handling=Handling.AMBER)  # fmt: skip
    shown = row_of(signed_in(observer).get(since))
    assert "Moved down" in shown
    assert GONE in shown
    assert "Secret" not in shown


def test_an_amber_entry_changes_nothing_for_others(
    signed_in, observer, officer_jp, published, since, now
):
    published(Status.LIMITED)
    published(Status.IMPLEMENTED, at=now - timedelta(2), handling=Handling.AMBER)
    assert "Nothing has changed" in words_of(signed_in(observer).get(since))
    assert "Moved up" in words_of(signed_in(officer_jp).get(since))


def test_filters_are_chips_and_narrow_the_counts(
    signed_in, observer, published, since, now
):
    for member, code in (("JP", "1.2.2"), ("JP", "2.1"), ("FR", "1.2.2")):
        published(Status.LIMITED, code, member, at=now - timedelta(2))
    browser = signed_in(observer)
    page = browser.get(f"{since}&member=JP&sub_area=1.2")
    assert "+ New 1 " in words_of(page)
    assert "Remove this filter: Member: Japan" in words_of(page)
    assert "France" not in row_of(page)
    assert words_of(browser.get(f"{since}&action=2")).count("+ New") == 2
    nothing = words_of(browser.get(f"{since}&change=down"))
    assert "No changes match these filters" in nothing
    by = words_of(browser.get(f"{since}&by=commitment"))
    assert by.rindex("1.2.2 ") < by.rindex("Japan")
    concerned = words_of(browser.get(f"{since}&instrument=interpol"))
    assert "+ New 2 " in concerned


@pytest.mark.parametrize(
    "query", ["since=2999-01-01", "since=nothing", "member=XX", "change=x", "by=x"]
)
def test_an_address_that_cannot_be_read_is_400_and_says_so(
    signed_in, observer, plan, query
):
    answer = signed_in(observer).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert "error-summary" in html_of(answer)


def test_stocktakes_and_summits_can_be_chosen(
    signed_in, observer, published, stocktake, now
):
    published(Status.LIMITED)
    published(Status.SUBSTANTIAL, at=now - timedelta(2))
    browser = signed_in(observer)
    page = browser.get(f"{URL}?since={stocktake.slug}")
    assert f"What changed since the opening of {stocktake.title}" in words_of(page)
    assert "Moved up" in words_of(page)
    assert words_of(browser.get("/changes/")) == words_of(page)


def test_the_page_takes_few_queries(signed_in, observer, published, since, now):
    for member in ("JP", "FR", "DE", "GB"):
        published(Status.LIMITED, "1.2.2", member, at=now - timedelta(2))
    browser = signed_in(observer)
    browser.get(since)
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"{since}&instrument=interpol")
    assert len(queries) <= 12


def test_an_administrator_reads_no_changes(signed_in, administrator, published, now):
    published(Status.LIMITED, at=now - timedelta(2))
    page = words_of(signed_in(administrator).get(URL))
    assert "Your role cannot read entries" in page
    assert "Japan" not in page
