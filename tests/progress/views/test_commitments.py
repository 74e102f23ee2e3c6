"""Tests of the pages of a commitment: all its members, and one member through time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.models import Entry, Handling, State
from tests.factories import (
    add_evidence,
    make_entry,
    member_commitment_of,
    publish,
)
from tests.progress.reading import html_of, steady, words_in, words_of
from tests.samples import crossed

AMBER = "A name that only the Presidency may read."
DRAFT = "Not yet for anybody else."
UNSUBMITTED = {
    str(state): state
    for state in (State.DRAFT, State.IN_CLEARANCE, State.RETURNED, State.DISCARDED)
}
PATHS = {"commitment": "", "member": "JP/"}


def position_of(answer, member: str) -> str:
    """Return the text of one member's part of the commitment page."""
    part = html_of(answer).split(f'aria-labelledby="position-{member}"')[1]
    return words_in(f"<article{part.split('</article>')[0]}")


# ---- The commitment ------------------------------------------------------------------


def test_the_official_wording_stands_above_all_members(
    signed_in, observer, commitment_url, reported, plan
):
    reported()
    answer = signed_in(observer).get(commitment_url)
    shown = words_of(answer)
    assert "Support INTERPOL's information sharing role." in shown
    assert '<blockquote class="official' in html_of(answer)
    for words in ("1 CT Measures", "1.2 Information Sharing", "INTERPOL", "Body"):
        assert words in shown
    assert html_of(answer).count('<article class="position"') == 8
    assert "Border agencies exchange alerts every day." in position_of(answer, "JP")
    assert "No released entry" in position_of(answer, "FR")


def test_what_members_promised_together_is_marked_joint(
    signed_in, observer, plan, stocktake
):
    browser = signed_in(observer)
    joint = words_of(browser.get(f"/plans/{plan.slug}/commitments/2.1/"))
    alone = words_of(browser.get(f"/plans/{plan.slug}/commitments/1.2.1/"))
    assert "Joint" in joint
    assert "Joint" not in alone


def test_a_position_says_when_it_held_and_when_it_was_published(
    signed_in, observer, commitment_url, reported, now
):
    published = reported(next_steps="A third bureau.", obstacles="Connection costs.")
    shown = position_of(signed_in(observer).get(commitment_url), "JP")
    day = published.as_of
    assert f"As of {day.day} {day:%b} {day.year}, published on" in shown
    for words in ("Next steps A third bureau.", "Obstacles Connection costs."):
        assert words in shown
    assert "TLP:GREEN" in shown


def test_markdown_is_shown_and_a_script_is_not(
    signed_in, observer, commitment_url, reported
):
    reported(narrative="**Done** <script>alert(1)</script>")
    html = html_of(signed_in(observer).get(commitment_url))
    assert "<strong>Done</strong>" in html
    assert "<script>alert" not in html


def test_evidence_names_whose_it_is_and_passes_nothing_on(
    signed_in, observer, commitment_url, jp_122, officer_jp, stocktake
):
    draft = make_entry(jp_122, by=officer_jp, stocktake=stocktake)
    add_evidence(draft, by=officer_jp, url="https://www.mofa.go.jp/report")
    publish(draft, by=officer_jp, at=draft.written_at)
    answer = signed_in(observer).get(commitment_url)
    link = '<a href="https://www.mofa.go.jp/report" rel="nofollow noopener noreferrer">'
    assert link in html_of(answer)
    assert "mofa.go.jp , accessed on" in position_of(answer, "JP")


def test_neighbours_lead_through_the_plan_in_its_order(
    signed_in, observer, commitment_url, plan, stocktake
):
    html = html_of(signed_in(observer).get(commitment_url))
    before, after = (
        f"/plans/{plan.slug}/commitments/{code}/" for code in ("1.2.1", "2.1")
    )
    assert f'rel="prev" href="{before}"' in html
    assert f'rel="next" href="{after}"' in html
    first = html_of(signed_in(observer).get(f"/plans/{plan.slug}/commitments/1.1.1/"))
    assert 'rel="prev"' not in first


def test_a_correction_says_that_it_is_one(
    signed_in, observer, commitment_url, reported, amend
):
    amend(reported(), Entry.Kind.CORRECTION, narrative="In 2018.")
    shown = position_of(signed_in(observer).get(commitment_url), "JP")
    assert "In 2018." in shown
    assert "Correction" in shown


@pytest.mark.parametrize("path", ["", "JP/"])
@pytest.mark.parametrize(
    "address", ["/plans/nowhere/commitments/1.2.2/", "/plans/{}/commitments/9.9/"]
)
def test_an_unknown_plan_or_commitment_is_not_found(
    signed_in, observer, plan, address, path
):
    url = address.format(plan.slug) + path
    assert signed_in(observer).get(url).status_code == 404


def test_an_unknown_member_is_not_found(signed_in, observer, commitment_url):
    assert signed_in(observer).get(f"{commitment_url}XX/").status_code == 404


@pytest.mark.parametrize("path", ["", "JP/"])
def test_a_clock_that_means_nothing_is_refused_in_words(
    signed_in, observer, commitment_url, reported, path
):
    reported()
    answer = signed_in(observer).get(f"{commitment_url}{path}?at=soon")
    assert answer.status_code == 400
    assert "Write the day as year-month-day" in words_of(answer)
    assert "Border agencies" not in words_of(answer)


# ---- Who sees what, on both ----------------------------------------------------------


@pytest.mark.parametrize("path", ["", "JP/"])
def test_amber_is_for_the_delegation_and_the_presidency(
    signed_in, commitment_url, reported, path, officer_jp, coordinator, officer_fr,
    observer, assessor, former_coordinator, second_reviewer,
):  # fmt: skip
    reported(handling=Handling.AMBER, narrative=AMBER, evidence=1)
    for reader in (officer_jp, coordinator):
        assert AMBER in words_of(signed_in(reader).get(commitment_url + path))
    for reader in (officer_fr, observer, assessor, former_coordinator, second_reviewer):
        shown = words_of(signed_in(reader).get(commitment_url + path))
        assert AMBER not in shown
        assert "Annual report" not in shown
        assert "No released entry" in shown
        # Only on their own commitments do readers learn that there is no entry: in
        # the strip, and below.
        is_told = path == "" and reader.delegation is not None
        assert shown.count("Not reported") == 2 * is_told


@pytest.mark.parametrize(("state", "path"), crossed(UNSUBMITTED, PATHS))
def test_nothing_unsubmitted_leaves_the_delegation(
    signed_in,
    commitment_url,
    reported,
    path,
    state,
    coordinator,
    officer_fr,
    observer,
):
    readers = (coordinator, officer_fr, observer)
    before = [
        steady(html_of(signed_in(reader).get(commitment_url + path)))
        for reader in readers
    ]
    reported(state=state, narrative=DRAFT)
    assert [
        steady(html_of(signed_in(reader).get(commitment_url + path)))
        for reader in readers
    ] == before


@pytest.mark.parametrize("path", ["", "JP/"])
def test_an_administrator_reads_the_plan_and_no_entries(
    signed_in, administrator, commitment_url, reported, path
):
    reported(handling=Handling.CLEAR)
    answer = signed_in(administrator).get(commitment_url + path)
    assert answer.status_code == 200
    assert "Support INTERPOL" in words_of(answer)
    assert "Border agencies" not in words_of(answer)
    assert "Your role cannot read entries" in words_of(answer)


def test_a_green_entry_under_an_amber_correction_leaves_the_page(
    signed_in,
    observer,
    officer_fr,
    timeline_url,
    commitment_url,
    reported,
    amend,
    now,
):
    green = reported(narrative="Released.", published_at=now - timedelta(days=4))
    correction = amend(
        green,
        Entry.Kind.CORRECTION,
        handling=Handling.AMBER,
        narrative=AMBER,
        published_at=now - timedelta(days=2),
    )
    # Its own correction is released again; the amber one between them stays hidden.
    for reader in (observer, officer_fr):
        for url in (timeline_url, commitment_url):
            shown = words_of(signed_in(reader).get(url))
            assert "Released." not in shown
            assert AMBER not in shown
    before = (now - timedelta(days=3)).replace(microsecond=0).isoformat()
    past = words_of(signed_in(observer).get(timeline_url, {"known_at": before}))
    assert "Released." in past
    amend(correction, Entry.Kind.CORRECTION, narrative="Released again.")
    shown = words_of(signed_in(observer).get(timeline_url))
    assert "Released again." in shown
    assert AMBER not in shown
    assert "Earlier versions" not in shown


# ---- Number of queries ---------------------------------------------------------------


def test_both_pages_take_a_fixed_number_of_queries(
    signed_in,
    officer_jp,
    coordinator,
    observer,
    commitment_url,
    timeline_url,
    plan,
    stocktake,
    now,
):
    readers = [signed_in(reader) for reader in (officer_jp, coordinator, observer)]
    costs = []
    for weeks in (1, 8):
        for week in range(weeks):
            for member in ("JP", "FR", "EU"):
                make_entry(
                    member_commitment_of(plan, "1.2.2", member),
                    by=officer_jp,
                    state=State.PUBLISHED,
                    stocktake=stocktake,
                    as_of=now.date() - timedelta(weeks=week),
                    evidence=2,
                )
        costs.append(
            [
                _queries(reader, url)
                for reader in readers
                for url in (commitment_url, timeline_url)
            ]
        )
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12


def _queries(browser, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)
