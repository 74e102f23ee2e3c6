"""Tests of the words of one cell, which the matrix shows beside it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import Handling, State
from tests.progress.reading import html_of, words_in

SUMMARY = "/plans/test-plan/commitments/1.2.2/JP/summary/"


def said(answer) -> str:
    assert answer.status_code == 200
    return words_in(html_of(answer))


def test_it_says_what_the_marks_leave_out(signed_in, observer, reported, now):
    reported(
        as_of=now.date() - timedelta(days=21),
        evidence=2,
        is_at_risk=True,
        narrative="Two **bureaus** & one <i>office</i> are connected.",
    )
    words = said(signed_in(observer).get(SUMMARY))
    for part in (
        "Japan 1.2.2", "Substantial progress", "At risk", "TLP:GREEN",
        "Age: 3 weeks", "2 sources", "published on",
        "Two bureaus & one <i>office</i> are connected.",
    ):  # fmt: skip
        assert part in words
    assert "<i>" not in html_of(signed_in(observer).get(SUMMARY))


def test_a_long_text_is_cut(signed_in, observer, reported):
    reported(narrative="word " * 500)
    assert len(said(signed_in(observer).get(SUMMARY))) < 700


@pytest.mark.parametrize("fields", [
    {"handling": Handling.AMBER, "narrative": "A secret."},
    {"state": State.DRAFT}, {"state": State.SUBMITTED},
])  # fmt: skip
def test_what_is_hidden_and_nothing_look_alike(
    signed_in, observer, officer_fr, plan, stocktake, reported, fields
):
    readers = [signed_in(reader) for reader in (observer, officer_fr)]
    before = [html_of(reader.get(SUMMARY)) for reader in readers]
    reported(**fields)
    assert [html_of(reader.get(SUMMARY)) for reader in readers] == before
    assert "No released entry" in before[0]


def test_its_own_delegation_reads_the_state(signed_in, officer_jp, reported):
    reported(state=State.IN_CLEARANCE)
    assert "In clearance" in said(signed_in(officer_jp).get(SUMMARY))


def test_it_looks_back_with_the_page(signed_in, observer, reported, now):
    reported()
    day = now.date() - timedelta(days=2)  # the entry is some hours old: before those
    browser = signed_in(observer)
    assert "No released entry" in said(browser.get(SUMMARY, {"at": day}))
    assert f'JP/?at={day}" class="cell' in html_of(browser.get("/matrix/", {"at": day}))


@pytest.mark.parametrize("url", [
    SUMMARY.replace("JP", "XX"), SUMMARY.replace("1.2.2", "9.9"),
    SUMMARY.replace("test-plan", "nowhere"), f"{SUMMARY}?at=2199-01-01",
])  # fmt: skip
def test_what_is_not_there_is_not_found(signed_in, observer, plan, stocktake, url):
    assert signed_in(observer).get(url).status_code == 404


def test_it_takes_few_queries(signed_in, observer, reported):
    reported()
    browser = signed_in(observer)
    browser.get(SUMMARY)
    with CaptureQueriesContext(connection) as queries:
        browser.get(SUMMARY)
    assert len(queries) <= 10
