"""Tests of hidden amendments: a correction or withdrawal reveals no hidden entry."""

import pytest

from progress.models import Entry, Handling
from progress.positions.position import positions_for_audience
from tests.progress.reading import words_of

WORDS = ("correct", "withdr", "The year was wrong.", "earlier version", "reinstated")


@pytest.fixture
def amber(reported):
    return reported(handling=Handling.AMBER, narrative="Not for everybody.")


def pages(commitment_url, timeline_url, entry):
    return [commitment_url, timeline_url, f"/entries/{entry.pk}/"]


@pytest.mark.parametrize("who", ["officer_fr", "observer", "former_coordinator"])
def test_a_correction_of_what_is_hidden_is_an_entry_like_any_other(
    request, signed_in, who, commitment_url, timeline_url, amber, amend
):
    released = amend(amber, Entry.Kind.CORRECTION, narrative="For everybody.")
    browser = signed_in(request.getfixturevalue(who))
    for url in pages(commitment_url, timeline_url, released):
        answer = browser.get(url)
        assert "For everybody." in words_of(answer), url
        for word in WORDS:
            assert word.lower() not in words_of(answer).lower(), (url, word)


@pytest.mark.parametrize("who", ["officer_jp", "coordinator"])
def test_whoever_sees_both_is_told(
    request, signed_in, who, commitment_url, timeline_url, amber, amend
):
    released = amend(amber, Entry.Kind.CORRECTION)
    browser = signed_in(request.getfixturevalue(who))
    assert "Correction" in words_of(browser.get(commitment_url))
    for url in (timeline_url, f"/entries/{released.pk}/"):
        assert "The year was wrong." in words_of(browser.get(url))


def test_a_correction_of_a_hidden_correction_tells_of_the_second_alone(
    signed_in, observer, timeline_url, amber, amend
):
    released = amend(amber, Entry.Kind.CORRECTION, reason="No longer confidential.")
    amend(released, Entry.Kind.CORRECTION, reason="A word was missing.")
    shown = words_of(signed_in(observer).get(timeline_url))
    assert "A word was missing." in shown
    assert "Earlier versions: 1 entry" in shown
    assert "No longer confidential." not in shown


def test_a_withdrawal_of_what_is_hidden_is_nothing(
    signed_in, observer, officer_jp, commitment_url, timeline_url, amber, amend
):
    withdrawal = amend(amber, Entry.Kind.WITHDRAWAL)
    browser = signed_in(observer)
    assert browser.get(f"/entries/{withdrawal.pk}/").status_code == 404
    for url in (commitment_url, timeline_url):
        assert "No released entry" in words_of(browser.get(url))
        assert "withdr" not in words_of(browser.get(url)).lower()
    assert signed_in(officer_jp).get(f"/entries/{withdrawal.pk}/").status_code == 200


@pytest.mark.parametrize(("audience", "is_told"), [("green", False), ("amber", True)])
def test_a_report_tells_of_a_correction_if_it_may_hold_what_was_corrected(
    plan, now, amber, amend, audience, is_told
):
    amend(amber, Entry.Kind.CORRECTION)
    positions = positions_for_audience(
        plan, audience=audience, stocktake=None, at=now.date(), known_at=now
    )
    assert [position.is_correction for position in positions.values()] == [is_told]
