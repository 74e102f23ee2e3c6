"""Tests of a report that takes too much memory: it fails at once, and says why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.dates import next_second
from accounts.enqueue import enqueue_soon
from audit.models import Event
from commitments.models import MemberCommitment
from progress.models import State
from reports import memory, runner
from reports.actions import request_report
from reports.models import Report, ReportFile
from reports.report_request import ReportRequest
from tests.factories import make_entry, make_user
from tests.reports.workers import state_of, wait_until, worker

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
# With these, the report has less than 600 pages, and takes more than 600 MB.
LINE = "**bold** *it* `x`\n\n"
HEAVY: dict[str, Any] = {
    "narrative": LINE * 520,
    "next_steps": LINE * 205,
    "obstacles": LINE * 95,
}


@pytest.fixture
def published(plan, stocktake, coordinator, members):
    """A green entry of each member for each commitment, with much text."""
    people = {code: make_user(member=code) for code in members}
    rows = MemberCommitment.objects.filter(commitment__plan=plan)
    for row in rows.select_related("commitment__plan"):
        make_entry(
            row,
            by=people[row.member_id],
            state=State.PUBLISHED,
            stocktake=stocktake,
            published_by=coordinator,
            **HEAVY,
        )


def requested(plan, stocktake, coordinator, audience):
    now = datetime.now(UTC)
    request = ReportRequest(
        plan=plan,
        audience=audience,
        at=now.date(),
        known_at=next_second(now),
        stocktake=stocktake,
    )
    return request_report(request=request, by=coordinator, at=now)


@pytest.mark.long
@pytest.mark.enable_socket
def test_a_worker_is_stopped_at_once_and_goes_on_with_other_reports(
    plan, stocktake, coordinator, published
):
    heavy = requested(plan, stocktake, coordinator, "green")
    light = requested(plan, stocktake, coordinator, "clear")
    with worker("only"):
        for report in (heavy, light):
            enqueue_soon("reports.tasks.compile_report", report.pk)
        assert wait_until(lambda: state_of(light) == "done", 120, 0.2)
        assert wait_until(lambda: state_of(heavy) == "failed", 60, 0.2)
    heavy.refresh_from_db()
    assert heavy.attempts == 1
    assert heavy.problem == (
        "This report took more than 600 MB of memory. Choose the compact layout, or a"
        " brief on a part of the plan."
    )
    assert not ReportFile.objects.filter(report=heavy).exists()
    assert Event.objects.filter(verb="report.fail").count() == 1


def test_too_long_a_report_is_refused_before_it_is_typeset(
    plan, stocktake, coordinator, monkeypatch
):
    monkeypatch.setattr(runner, "estimated_pages", lambda _facts: 601)
    monkeypatch.setattr(runner, "render_pdf", None)
    report = requested(plan, stocktake, coordinator, "clear")
    assert runner.compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("failed", 1)
    assert report.problem == (
        "This report would have about 601 pages. At most 600 are possible. Choose the"
        " compact layout, or a brief or a report on fewer parts of the plan."
    )


def test_a_process_that_may_do_other_jobs_is_never_ended(
    plan, stocktake, coordinator, monkeypatch
):
    monkeypatch.setattr(memory, "MOST_MEMORY", 0)
    report = requested(plan, stocktake, coordinator, "clear")
    with memory.memory_bounded(report):
        assert memory.memory_taken() > 0
    assert Report.objects.get().problem == ""
