"""Tests of a report's page: its document first, its cover, and what has changed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from progress.models import State
from tests.factories import make_entry, member_commitment_of
from tests.finished_reports import make_finished_report
from tests.reports.circulation.circulations import circulate, make_draft

pytestmark = pytest.mark.django_db

MOST_QUERIES = 12
COVER = b"\x89PNG a picture"


def url_of(name, report):
    return reverse(f"reports:report-{name}", args=[report.pk])


@pytest.fixture
def drafts(plan, coordinator):
    """Two drafts of one line. Between them, a head of Japan published an entry."""
    first = make_draft(plan, by=coordinator)
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=coordinator,
        state=State.PUBLISHED,
        published_by=coordinator,
        as_of=first.at - timedelta(days=1),
    )
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    assert entry.published_at
    assert entry.published_at < now
    times = {"at": first.at, "known_at": now, "requested_at": now}
    return [first, make_draft(plan, by=coordinator, **times)]


@pytest.fixture
def covered(plan, coordinator, now):
    return make_covered(plan, coordinator, now)


def make_covered(plan, by, at, **fields):
    return make_finished_report(
        plan=plan,
        at=at.date(),
        known_at=at,
        audience="green",
        requested_at=at,
        requested_by=by,
        is_of_presidency=True,
        draft_number=1,
        cover=COVER,
        **fields,
    )


def test_the_page_shows_the_document_before_its_hashes(signed_in, coordinator, covered):
    text = signed_in(coordinator).get(url_of("detail", covered)).content.decode()
    parts = [url_of("cover", covered), "Download the PDF", "SHA-256 of the snapshot"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "Draft 1" in text


def test_the_cover_is_a_picture_that_no_cache_keeps(signed_in, coordinator, covered):
    answer = signed_in(coordinator).get(url_of("cover", covered))
    assert answer.content == COVER
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_report_without_a_cover_has_a_drawn_page(signed_in, coordinator, drafts):
    browser, report = signed_in(coordinator), drafts[0]
    assert browser.get(url_of("cover", report)).status_code == 404
    text = browser.get(url_of("detail", report)).content.decode()
    assert url_of("cover", report) not in text
    assert "report-sheet" in text


def test_what_changed_since_the_draft_before_is_said(signed_in, coordinator, drafts):
    browser = signed_in(coordinator)
    text = browser.get(url_of("detail", drafts[1])).content.decode()
    assert "What changed since draft 1" in text
    assert "1 new entry: 1.2.2" in text
    first = browser.get(url_of("detail", drafts[0])).content.decode()
    assert "What changed since" not in first
    assert "There is a newer report" in first

    changes = browser.get(url_of("changes", drafts[1])).content.decode()
    assert "New entry" in changes
    assert "/plans/test-plan/commitments/1.2.2/JP/" in changes
    assert browser.get(url_of("changes", drafts[0])).status_code == 404


def test_only_who_reads_both_drafts_reads_what_changed(
    signed_in, coordinator, drafts, head_fr
):
    circulate(drafts[1], by=coordinator)
    other = signed_in(head_fr)
    text = other.get(url_of("detail", drafts[1])).content.decode()
    assert "Draft 2, circulated" in text
    assert "What changed since" not in text
    assert "There is a newer report" not in text
    for address in ("", f"?since={drafts[0].pk}"):
        changes = other.get(url_of("changes", drafts[1]) + address)
        assert changes.status_code == 404
    assert other.get(url_of("detail", drafts[0])).status_code == 404


def test_a_report_to_compare_with_is_chosen_among_the_earlier_ones(
    signed_in, coordinator, drafts, plan
):
    third = make_draft(
        plan,
        by=coordinator,
        at=drafts[1].at,
        known_at=drafts[1].known_at + timedelta(seconds=1),
        requested_at=drafts[1].requested_at + timedelta(seconds=1),
    )
    browser, address = signed_in(coordinator), url_of("changes", third)
    assert "Nothing changed" in browser.get(address).content.decode()
    chosen = browser.get(f"{address}?since={drafts[0].pk}").content.decode()
    assert "1 new entry: 1.2.2" in chosen
    for unknown in (third.pk, "draft-1"):
        assert browser.get(f"{address}?since={unknown}").status_code == 404


def test_an_erased_report_shows_neither_cover_nor_changes(
    signed_in, coordinator, plan, now
):
    asked = now - timedelta(days=20)
    old = make_covered(plan, coordinator, asked, erased_at=now, facts_sha256="0" * 64)
    later = make_draft(plan, by=coordinator)
    browser = signed_in(coordinator)
    erased = browser.get(url_of("detail", old)).content.decode()
    assert "This document was erased" in erased
    assert "Download the PDF" not in erased
    assert url_of("cover", old) not in erased
    text = browser.get(url_of("detail", later)).content.decode()
    assert "What changed since" not in text


def test_the_page_of_a_circulated_draft_takes_few_queries(
    signed_in, coordinator, drafts, head_fr, django_assert_max_num_queries
):
    for draft in drafts:
        circulate(draft, by=coordinator)
    for browser in (signed_in(coordinator), signed_in(head_fr)):
        browser.get("/reports/")
        with django_assert_max_num_queries(MOST_QUERIES):
            text = browser.get(url_of("detail", drafts[1])).content.decode()
        assert "What changed since draft 1" in text
        with django_assert_max_num_queries(MOST_QUERIES):
            assert browser.get(url_of("changes", drafts[1])).status_code == 200


def test_who_requested_a_circulated_draft_is_read_by_the_presidency_alone(
    signed_in, coordinator, drafts, head_fr
):
    circulate(drafts[1], by=coordinator)
    address = url_of("detail", drafts[1])
    assert f"by {coordinator.name}" in signed_in(coordinator).get(address).text
    other = signed_in(head_fr).get(address).text
    assert "by the Presidency" in other
    assert f"by {coordinator.name}" not in other
