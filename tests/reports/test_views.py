"""Tests of the pages of reports: to request, follow, download and repeat one."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from progress.models import State
from reports.models import Report
from reports.runner import compile_if_waiting
from tests.factories import make_entry, member_commitment_of

NEW = "/reports/new/stocktake/"


@pytest.fixture
def page(signed_in, coordinator, plan, stocktake):
    return signed_in(coordinator)


def wish(**changes):
    return {
        "plan": "test-plan",
        "audience": "green",
        "layout": "full",
        "language": "en",
        **changes,
    }


def detail(report):
    return reverse("reports:report-detail", args=[report.pk])


@pytest.mark.usefixtures("made_up_reports")
def test_a_report_is_asked_for_watched_and_fetched(
    page, plan, officer_jp, coordinator, stocktake
):
    make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
    )
    answer = page.post(NEW, wish(stocktake=stocktake.slug))
    report = Report.objects.get()
    assert answer.url == detail(report)
    waiting = page.get(answer.url).content.decode()
    assert "Waiting to be compiled" in waiting
    assert "Refresh the progress" in waiting  # where there is no JavaScript

    compile_if_waiting(report.pk)
    done = page.get(answer.url)
    url = reverse("reports:report-file", args=[report.pk, "pdf"])
    assert url in done.content.decode()
    file = page.get(url)
    assert file.content == b"a document"
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith('attachment; filename="test-plan-')
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file["Cache-Control"]


def test_progress_alone_is_served_to_htmx(page):
    page.post(NEW, wish())
    report = Report.objects.get()
    Report.objects.update(
        state="running",
        percent=40,
        step="pdf",
        lease=uuid4(),
        lease_ends_at=datetime.now(UTC) + timedelta(minutes=1),
    )
    fragment = page.get(detail(report), headers={"HX-Request": "true"}).content.decode()
    assert "Typesetting the PDF" in fragment
    assert 'value="40"' in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"audience": "red"}, "Select a valid choice"),
        ({"audience": "<script>alert(1)</script>"}, "&lt;script&gt;alert(1)"),
        ({"at": "yesterday"}, "Enter a valid date"),
        ({"at": "1999-01-01"}, "The plan had not been adopted by then."),
        (
            {"known_at": "2999-01-01T00:00"},
            "This instant is in the future. Choose now or an earlier instant.",
        ),
        (
            {"known_at": "2026-01-01T00:00:00.5"},
            "Write whole seconds, without a fraction: 2017-05-20T12:00:00.",
        ),
        ({"at": "2999-01-01"}, "This day is in the future."),
        ({"known_at": "2016-05-26T23:59Z"}, "The plan had not been adopted by then."),
        ({"known_at": "0001-01-01T00:00+14:00"}, "The plan had not been adopted"),
        ({"stocktake": "of-another-plan"}, "Select a valid choice"),
        ({"layout": "wide"}, "Select a valid choice"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_answered_in_a_sentence(
    page, changes, sentence
):
    answer = page.post(NEW, wish(**changes))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert "<script>alert" not in text
    assert not Report.objects.exists()


@pytest.mark.long
def test_a_failed_report_shows_its_reason_and_a_way_on(page, monkeypatch):
    page.post(NEW, wish())
    report = Report.objects.get()
    with monkeypatch.context() as patched:
        patched.setattr("reports.runner.render_all", lambda *_a, **_k: 1 / 0)
        compile_if_waiting(report.pk)
    failed = page.get(detail(report)).content.decode()
    assert "The report failed at this step: Collecting the entries." in failed
    assert "Try again" in failed

    answer = page.post(reverse("reports:report-retry", args=[report.pk]), follow=True)
    assert "The report is back in the queue." in answer.content.decode()
    twice = page.post(reverse("reports:report-retry", args=[report.pk]), follow=True)
    assert (
        "This is not possible now. The state of this report is"
        in twice.content.decode()
    )
    assert Report.objects.get().state == "queued"


def test_an_observer_is_offered_no_audience_above_its_own(signed_in, observer, plan):
    page = signed_in(observer)
    assert "TLP:AMBER" not in page.get(NEW).content.decode().split("<footer")[0]
    assert page.post(NEW, wish(audience="amber")).status_code == 422
    assert page.post(NEW, wish(audience="green")).status_code == 302


@pytest.mark.long
def test_the_archive_names_what_there_is_in_a_fixed_number_of_queries(
    page, django_assert_max_num_queries
):
    for audience in ("clear", "green", "amber"):
        page.post(NEW, wish(audience=audience))
    for report in Report.objects.all():
        compile_if_waiting(report.pk)
    with django_assert_max_num_queries(10):
        text = page.get("/reports/").content.decode()
    assert text.count("Stocktake report:") == 3


def test_an_empty_archive_says_what_to_do_next(page, signed_in, contributor_jp):
    assert (
        "Compile a report from the entries published so far."
        in page.get("/reports/").content.decode()
    )
    other = signed_in(contributor_jp).get("/reports/").content.decode()
    assert "Reports appear here once they are circulated or final." in other
    assert "Compile a report" not in other


def test_reading_never_changes_a_row(page, django_assert_max_num_queries):
    page.post(NEW, wish())
    report = Report.objects.get()
    with django_assert_max_num_queries(12) as queries:
        page.get(detail(report))
    assert not [q for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))]
