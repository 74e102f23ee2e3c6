"""Tests of the pages of plans and instruments, and of the order of a commitment."""

import re
from datetime import timedelta

import pytest

from commitments.models import Clause, Commitment, Instrument
from progress.models import Handling, State
from progress.positions.instruments import PlanInstruments
from progress.positions.plan_table import plan_table
from tests.factories import make_entry, make_stocktake, member_commitment_of
from tests.progress.reading import html_of, steady, words_in, words_of

MARK = re.compile(r'<a href="([^"]+)"[^>]*title="([^"]*)"')


@pytest.fixture
def owners(plan):
    """The police owns INTERPOL, and that a database, which 2.1 names."""
    police = Instrument.objects.create(slug="police", name="Police", kind="body")
    interpol = Instrument.objects.get(slug="interpol")
    Instrument.objects.filter(pk=interpol.pk).update(owner=police)
    database = Instrument.objects.create(
        slug="database", name="Database", kind="database", owner=interpol
    )
    Instrument.objects.create(slug="stranger", name="Stranger", kind="body")
    plan.commitments.get(code="2.1").instruments.add(database)
    return police


def marks_on(answer) -> dict[str, str]:
    """Return the words of each mark in a strip, by the end of its address."""
    return {
        "/".join(url.split("/")[-3:-1]): words
        for url, words in MARK.findall(html_of(answer))
    }


def shows_japan(answer) -> bool:
    """Return whether it shows Japan's entry, as a mark or by its text."""
    assert answer.status_code == 200
    html = html_of(answer)
    return "Japan: Substantial progress" in html or "Border agencies" in html


# ---- Plans ---------------------------------------------------------------------------


def test_plans_are_listed_with_their_summits(signed_in, observer, plan):
    shown = words_of(signed_in(observer).get("/plans/"))
    assert "Action Plan for Tests" in shown
    assert "Adopted at Ise-Shima 2016 on 27 May 2016" in shown
    assert "2 actions · 4 commitments" in shown


def test_without_a_plan_the_list_says_so(signed_in, observer):
    assert signed_in(observer).get("/plans/").status_code == 200


def test_the_plan_is_shown_in_its_own_order_with_its_wording(
    signed_in, observer, plan, plan_url, reported
):
    Clause.objects.create(
        commitment=plan.commitments.get(code="1.2.1"), letter="a", text="bolster it;"
    )
    reported(status="substantial", is_at_risk=True)
    answer = signed_in(observer).get(plan_url)
    shown = words_of(answer)
    in_order = [
        "We stress the importance of tests.",
        *(row.text for row in plan.commitments.order_by("position")),
    ]
    places = [shown.index(words) for words in in_order]
    assert places == sorted(places)
    assert "(a) bolster it;" in shown
    assert "0" * 64 in shown
    assert 'href="#sub-area-1.2"' in html_of(answer)
    marks = marks_on(answer)
    assert len(marks) == 32
    assert marks["1.2.2/JP"] == "Japan: Substantial progress, at risk"
    assert marks["1.2.2/FR"] == "France: No released entry"


def test_an_arrow_says_what_changed_since_the_last_close(
    signed_in, observer, plan_url, reported, stocktake, plan, coordinator, close_old
):
    close_old(status="limited")
    reported(status="implemented")
    marks = marks_on(signed_in(observer).get(plan_url))
    assert marks["1.2.2/JP"] == "Japan: Implemented, Moved up"


@pytest.fixture
def close_old(plan, jp_122, officer_jp, coordinator, second_reviewer, now):
    """`close_old(…)` publishes for Japan in an earlier stocktake, and closes that."""

    def close(**fields):
        old = make_stocktake(
            plan, by=coordinator, second_reviewer=second_reviewer, slug="old",
            opened_at=now - timedelta(days=200),
            closed_at=now - timedelta(days=100), closed_by=coordinator,
        )  # fmt: skip
        make_entry(
            jp_122, by=officer_jp, state=State.PUBLISHED, stocktake=old,
            as_of=now.date() - timedelta(days=150),
            published_at=now - timedelta(days=150), **fields,
        )  # fmt: skip

    return close


def test_a_confirmed_or_older_text_is_not_new_since_the_last_stocktake(
    signed_in, observer, plan_url, reported, close_old, plan, officer_jp, stocktake
):
    close_old(status="limited")
    url = f"{plan_url}members/JP/?since=stocktake"
    assert "0 of 4 commitments" in words_of(signed_in(observer).get(url))
    reported(status="limited", narrative="Another text.")
    assert "1 of 4 commitments" in words_of(signed_in(observer).get(url))


@pytest.mark.parametrize(
    "path", ["", "members/JP/", "instruments/interpol/", "commitments/1.2.2/"]
)
def test_a_look_back_shows_what_was_known_then(
    signed_in, observer, plan_url, path, reported, now
):
    reported(
        as_of=now.date() - timedelta(days=20), published_at=now - timedelta(days=9)
    )
    browser, url = signed_in(observer), plan_url + path
    before = now.date() - timedelta(days=10)
    after = now.date() - timedelta(days=8)
    assert not shows_japan(browser.get(f"{url}?at={before}"))
    assert shows_japan(browser.get(f"{url}?at={after}"))
    assert shows_japan(browser.get(f"{url}?at={before}&known_at={after}T12:00:00"))
    assert browser.get(f"{url}?at=soon").status_code == 400


@pytest.mark.parametrize("path", ["", "instruments/interpol/", "commitments/1.2.2/"])
def test_an_amber_entry_leaves_no_trace(
    signed_in, plan_url, path, reported, observer, officer_fr, second_reviewer
):
    readers, url = (observer, officer_fr, second_reviewer), plan_url + path
    before = [steady(html_of(signed_in(reader).get(url))) for reader in readers]
    reported(handling=Handling.AMBER, is_at_risk=True, evidence=1)
    after = [steady(html_of(signed_in(reader).get(url))) for reader in readers]
    assert before == after


@pytest.mark.parametrize("path", ["", "instruments/", "instruments/interpol/"])
def test_an_administrator_reads_the_wording_and_no_status(
    signed_in, administrator, plan_url, path, reported
):
    reported(status="limited", narrative="Border agencies.")
    answer = signed_in(administrator).get(plan_url + path)
    assert answer.status_code == 200
    assert "INTERPOL" in words_of(answer)
    assert marks_on(answer) == {}
    assert "Limited" not in words_of(answer)
    assert "Border agencies" not in words_of(answer)


# ---- Instruments ---------------------------------------------------------------------


def test_what_concerns_an_instrument_is_what_the_database_says(plan, owners, now):
    table = plan_table(plan.slug, on=now.date())
    assert table
    instruments = PlanInstruments.of(table)
    assert [row.slug for row in instruments.in_order] == [
        "database", "interpol", "police",
    ]  # fmt: skip
    for row in Instrument.objects.all():
        found = Commitment.objects.filter(plan=plan).concerning(row.slug)
        assert [
            line.commitment for line in instruments.lines_by_slug.get(row.slug, [])
        ] == list(found.order_by("position"))


def test_instruments_are_listed_by_kind_with_their_counts(
    signed_in, observer, plan_url, owners
):
    shown = words_of(signed_in(observer).get(f"{plan_url}instruments/"))
    assert "Body (2) INTERPOL 2 commitments · belongs to Police" in shown
    assert "Database (1) Database 1 commitment · belongs to INTERPOL" in shown
    assert "Stranger" not in shown


def test_an_instrument_shows_its_own_and_what_was_published_last(
    signed_in, observer, plan_url, owners, reported, plan, officer_jp, stocktake
):
    reported(narrative="Alerts are exchanged.", evidence=1)
    make_entry(
        member_commitment_of(plan, "1.2.1", "JP"), by=officer_jp, narrative="Aside.",
        state=State.PUBLISHED, stocktake=stocktake,
    )  # fmt: skip
    shown = words_of(signed_in(observer).get(f"{plan_url}instruments/police/"))
    assert "2 commitments that concern Police" in shown
    assert "Its own instruments, which count here too INTERPOL (Body)" in shown
    assert "Japan 1.2.2 Substantial progress Alerts are exchanged." in shown
    assert "Aside." not in shown
    database = words_of(signed_in(observer).get(f"{plan_url}instruments/database/"))
    assert "belongs to INTERPOL · belongs to Police" in database


def test_an_instrument_that_the_plan_does_not_concern_is_not_found(
    signed_in, observer, plan_url, owners
):
    for slug in ("stranger", "nothing"):
        answer = signed_in(observer).get(f"{plan_url}instruments/{slug}/")
        assert answer.status_code == 404


# ---- The order of a commitment -------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("", ["CA", "FR", "DE", "IT", "JP"]),
        ("status", ["JP", "CA", "FR", "DE", "IT"]),
        ("newest", ["CA", "JP", "FR", "DE", "IT"]),
        ("change", ["JP", "CA", "FR", "DE", "IT"]),
    ],
)
def test_reports_of_a_commitment_are_sorted_by_the_address(
    signed_in,
    observer,
    commitment_url,
    plan,
    officer_jp,
    stocktake,
    now,
    order,
    first,
    close_old,
):
    close_old(status="limited")
    for member, status, days in (("JP", "implemented", 5), ("CA", "limited", 1)):
        make_entry(
            member_commitment_of(plan, "1.2.2", member), by=officer_jp, status=status,
            state=State.PUBLISHED, stocktake=stocktake,
            published_at=now - timedelta(days=days),
            as_of=now.date() - timedelta(days=30),
        )  # fmt: skip
    answer = signed_in(observer).get(f"{commitment_url}?order={order}")
    found = re.findall(r'aria-labelledby="position-(\w\w)"', html_of(answer))
    assert len(found) == 8
    assert found[:5] == first
    strip = html_of(answer).split('class="status-strip"')[1].split("</ul>")[0]
    assert words_in(f"<ul {strip}").startswith("CA Canada")


def test_an_unknown_order_is_refused(signed_in, observer, commitment_url, stocktake):
    answer = signed_in(observer).get(f"{commitment_url}?order=loudest")
    assert answer.status_code == 400
    assert "There is no choice" in words_of(answer)


def test_instruments_of_a_commitment_read_well(
    signed_in, observer, commitment_url, owners
):
    shown = words_of(signed_in(observer).get(commitment_url))
    assert "Instruments named INTERPOL (Body; belongs to Police)" in shown
