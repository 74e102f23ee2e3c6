"""Tests of a report that takes too much memory: it fails at once, and says why."""

from typing import Any

import pytest

from accounts.enqueue import enqueue_soon
from audit.models import Event
from reports import memory, runner
from reports.models import Report, ReportFile
from tests.reports.long_reports import publish_everywhere, requested
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
def published(stocktake, coordinator, members):
    """A green entry of each member for each commitment, with much text."""
    publish_everywhere(stocktake, members, by=coordinator, **HEAVY)


@pytest.mark.long
@pytest.mark.enable_socket
def test_a_worker_is_stopped_at_once_and_goes_on_with_other_reports(
    stocktake, coordinator, published
):
    heavy = requested(stocktake, coordinator, "green")
    light = requested(stocktake, coordinator, "clear")
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
    stocktake, coordinator, monkeypatch
):
    monkeypatch.setattr(runner, "estimated_pages", lambda _facts: 601)
    monkeypatch.setattr(runner, "render_all", None)
    report = requested(stocktake, coordinator, "clear")
    assert runner.compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("failed", 1)
    assert report.problem == (
        "This report would have about 601 pages. At most 600 are possible. Choose the"
        " compact layout, or a brief or a report on fewer parts of the plan."
    )


def test_a_process_that_may_do_other_jobs_is_never_ended(
    stocktake, coordinator, monkeypatch
):
    monkeypatch.setattr(memory, "MOST_MEMORY", 0)
    report = requested(stocktake, coordinator, "clear")
    with memory.memory_bounded(report):
        assert memory.memory_taken() > 0
    assert Report.objects.get().problem == ""
