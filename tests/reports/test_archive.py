"""Tests of the archive of reports: its filters, its order and what it never tells."""

import pytest

from tests.finished_reports import make_finished_report
from tests.reports.circulation.circulations import circulate, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafts(plan, coordinator):
    """A draft that was circulated, and an amber one that was not."""
    sent = make_draft(plan, by=coordinator)
    circulate(sent, by=coordinator)
    make_draft(plan, by=coordinator, audience="amber", kind="gaps")
    return [sent]


def rows(browser, query=""):
    answer = browser.get(f"/reports/{query}")
    assert answer.status_code == 200
    return answer.content.decode().count('class="archive-name"')


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?plan=", 2),
        ("?kind=gaps", 1),
        ("?standing=draft", 1),
        ("?standing=circulated", 1),
        ("?standing=objected", 0),
        ("?standing=final", 0),
        ("?standing=own", 0),
        ("?audience=green", 1),
        ("?language=fr", 0),
        ("?state=done", 2),
        ("?state=failed", 0),
        ("?kind=gaps&standing=circulated", 0),
    ],
)
@pytest.mark.usefixtures("drafts")
def test_a_filter_keeps_what_it_names(signed_in, coordinator, query, count):
    assert rows(signed_in(coordinator), query) == count


@pytest.mark.usefixtures("drafts")
def test_another_delegation_lists_and_filters_only_what_it_reads(signed_in, head_fr):
    other = signed_in(head_fr)
    assert rows(other) == rows(other, "?standing=circulated") == 1
    assert rows(other, "?state=running") == 0
    text = other.get("/reports/").content.decode()
    assert "Draft, not circulated" not in text
    assert '<option value="amber"' not in text


@pytest.mark.usefixtures("drafts")
def test_an_unknown_filter_is_refused_in_words(signed_in, coordinator, head_fr):
    for browser, query in (
        (signed_in(coordinator), "?kind=poem"),
        (signed_in(head_fr), "?standing=draft"),
        (signed_in(head_fr), "?audience=amber"),
    ):
        answer = browser.get(f"/reports/{query}")
        assert answer.status_code == 400
        assert "Select a valid choice" in answer.content.decode()


@pytest.mark.usefixtures("drafts")
def test_filters_without_a_match_offer_all_reports(signed_in, coordinator):
    text = signed_in(coordinator).get("/reports/?state=failed").content.decode()
    assert "No report matches these filters" in text
    assert "Show all reports" in text


@pytest.mark.usefixtures("drafts")
def test_the_order_is_kept_while_the_filter_changes(signed_in, coordinator):
    text = signed_in(coordinator).get("/reports/?ordering=-at&kind=gaps").text
    assert '<input type="hidden" name="ordering" value="-at"' in text
    assert "ordering=at" in text
    assert "kind=gaps" in text


def test_an_observer_sees_final_reports_and_their_own(
    signed_in, observer, plan, now, drafts
):
    browser = signed_in(observer)
    assert rows(browser) == 0
    make_finished_report(
        plan=plan,
        at=now.date(),
        known_at=now,
        audience="green",
        requested_at=now,
        requested_by=observer,
    )
    assert rows(browser) == rows(browser, "?standing=own") == 1
    assert "circulated" not in browser.get("/reports/").content.decode().lower()
