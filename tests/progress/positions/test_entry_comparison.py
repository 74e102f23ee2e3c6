"""Two entries of a member commitment, word by word, for every kind of reader."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import Entry, Handling, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.reading import html_of, words_of

READERS = (
    "contributor_jp", "officer_jp", "head_jp", "officer_fr", "coordinator",
    "officer_of_the_chair", "former_coordinator", "second_reviewer", "observer",
    "assessor", "administrator",
)  # fmt: skip
OWN = {"contributor_jp", "officer_jp", "head_jp"}
PRESIDENCY = {"coordinator"}
ALL = set(READERS) - {"administrator"}
# Rule 4, by hand: who may know of Japan's entry.
MAY_SEE = {
    (State.DRAFT, Handling.GREEN): OWN,
    (State.IN_CLEARANCE, Handling.GREEN): OWN,
    (State.RETURNED, Handling.GREEN): OWN,
    (State.DISCARDED, Handling.GREEN): OWN,
    (State.SUBMITTED, Handling.GREEN): OWN | PRESIDENCY,
    (State.PUBLISHED, Handling.AMBER): OWN | PRESIDENCY,
    (State.PUBLISHED, Handling.GREEN): ALL,
    (State.PUBLISHED, Handling.CLEAR): ALL,
}


NOBODY = "0198c0de-0000-7000-8000-000000000000"


@pytest.fixture
def compare_url(timeline_url) -> str:
    return f"{timeline_url}compare/"


@pytest.fixture
def first(reported, now):
    return reported(
        narrative="The law was adopted in spring.", status="limited",
        as_of=now.date() - timedelta(days=60), published_at=now - timedelta(days=50),
    )  # fmt: skip


# One of each kind, every day.
FEW = ("officer_jp", "officer_fr", "coordinator", "observer")
HIDDEN = [(State.SUBMITTED, Handling.GREEN), (State.PUBLISHED, Handling.AMBER)]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        *((said, FEW) for said in HIDDEN),
        *(pytest.param(said, READERS, marks=pytest.mark.long) for said in MAY_SEE),
    ],
)
def test_an_entry_is_compared_for_those_who_may_know_of_it(
    request, signed_in, compare_url, first, reported, said, names
):
    state, handling = said
    other = reported(state=state, handling=handling, narrative="Hidden words.")
    for name in names:
        browser, may_see = signed_in(request.getfixturevalue(name)), MAY_SEE[said]
        for query in ({"old": first.pk, "new": other.pk}, {"new": other.pk}):
            answer = browser.get(compare_url, query)
            assert answer.status_code == (200 if name in may_see else 404), name
            assert ("Hidden words." in html_of(answer)) == (name in may_see)
        listed = html_of(browser.get(compare_url))
        assert (str(other.pk) in listed) == (name in may_see), name


def test_what_differs_is_marked_in_every_field(
    signed_in, observer, compare_url, first, reported
):
    second = reported(
        narrative="The law was adopted in autumn.", status="implemented",
        next_steps="Train the police.", is_at_risk=True, handling=Handling.CLEAR,
        evidence=1,
    )  # fmt: skip
    answer = signed_in(observer).get(compare_url, {"old": first.pk, "new": second.pk})
    shown = words_of(answer)
    assert "in [removed: spring ]" in shown.replace(" .", "")
    assert "[added: autumn ]" in shown
    assert "Limited progress" in shown
    assert "Implemented" in shown
    assert "At risk" in shown
    assert shown.count("changed") == 2
    assert "Train the police." in shown
    assert "No text." in shown
    assert len(answer.context["comparison"].change.evidence_added) == 1
    assert "TLP:GREEN" in shown
    assert "TLP:CLEAR" in shown


def test_the_one_before_is_what_it_corrects_or_else_the_next_older(
    signed_in, observer, compare_url, first, reported, amend
):
    second = reported(narrative="Second.")
    corrected = amend(second, Entry.Kind.CORRECTION, narrative="Second, corrected.")
    browser = signed_in(observer)
    for new, old in ((corrected, second), (second, first)):
        answer = browser.get(compare_url, {"new": new.pk})
        assert answer.context["comparison"].old == old.pk
    answer = browser.get(compare_url, {"new": first.pk})
    assert answer.status_code == 400
    assert "There is no earlier entry" in words_of(answer)


def test_an_entry_corrected_out_of_sight_has_no_trace_of_it(
    signed_in, observer, compare_url, first, reported, amend
):
    """The correction is amber: what it corrects leaves the list."""
    second = reported(narrative="Second.")
    amend(second, Entry.Kind.CORRECTION, handling=Handling.AMBER, narrative="Secret.")
    shown = html_of(signed_in(observer).get(compare_url))
    assert str(second.pk) not in shown
    assert "Earlier version" not in shown


def test_versions_and_withdrawn_entries_are_named_as_on_the_timeline(
    signed_in, observer, compare_url, first, reported, amend
):
    second = reported(narrative="Second.")
    amend(second, Entry.Kind.CORRECTION, narrative="Second, corrected.")
    third = reported(narrative="Third.")
    withdrawal = amend(third, Entry.Kind.WITHDRAWAL)
    browser = signed_in(observer)
    rows = browser.get(compare_url).context["comparison"].listed
    noted = {row.entry.pk: row.note for row in rows}
    assert noted[second.pk] == "Earlier version"
    assert noted[third.pk] == "Withdrawn"
    assert noted[first.pk] == ""
    assert withdrawal.pk not in noted
    answer = browser.get(compare_url, {"old": first.pk, "new": withdrawal.pk})
    assert answer.status_code == 400
    assert "A withdrawal has no text" in words_of(answer)


@pytest.mark.parametrize(
    ("old", "new", "status", "words"),
    [
        ("nonsense", "", 400, "Choose two entries from the list below."),
        ("same", "same", 400, "You chose the same entry twice."),
        (NOBODY, "", 404, ""),
        ("", NOBODY, 404, ""),
        ("same", "", 200, "Choose two entries"),
        ("", "", 200, "Choose two entries"),
    ],
)
def test_ids_that_cannot_be_compared_are_answered_in_words(
    signed_in, observer, compare_url, first, old, new, status, words
):
    query = {"old": old, "new": new}
    named = {
        name: str(first.pk) if value == "same" else value
        for name, value in query.items()
    }
    answer = signed_in(observer).get(compare_url, named)
    assert answer.status_code == status
    assert words in html_of(answer)


def test_an_entry_of_another_commitment_is_not_found(
    signed_in, observer, compare_url, first, plan, officer_jp, stocktake
):
    elsewhere = make_entry(
        member_commitment_of(plan, "1.1.1", "JP"), by=officer_jp,
        state=State.PUBLISHED, stocktake=stocktake,
    )  # fmt: skip
    query = {"old": first.pk, "new": elsewhere.pk}
    assert signed_in(observer).get(compare_url, query).status_code == 404


def test_the_timeline_leads_to_the_comparison(
    signed_in, observer, timeline_url, compare_url, first, reported
):
    browser = signed_in(observer)
    assert "Compare" not in words_of(browser.get(timeline_url))
    second = reported(narrative="Second.")
    shown = html_of(browser.get(timeline_url))
    assert f"{compare_url}?new={second.pk}" in shown
    assert f"{compare_url}?new={first.pk}" not in shown
    assert f'href="{compare_url}"' in shown


def test_many_entries_take_as_few_queries(
    signed_in, observer, compare_url, reported, now
):
    for days in range(8):
        last = reported(as_of=now.date() - timedelta(days=days))
    with CaptureQueriesContext(connection) as queries:
        answer = signed_in(observer).get(compare_url, {"new": last.pk})
    assert answer.status_code == 400
    assert len(queries) <= 12
