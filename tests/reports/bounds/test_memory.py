"""Tests of what ends a report: too much memory, too many pages, or a person."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.enqueue import enqueue_soon
from audit.models import Event
from reports import runner
from reports.actions.steering import cancel_report
from reports.leases import is_held
from reports.models import ReportFile
from reports.renderers import typesetter
from reports.renderers.typesetter import TooMuchMemoryError
from tests.finished_reports import made_up_files
from tests.reports.long_reports import publish_everywhere, requested
from tests.reports.workers import state_of, wait_until, worker

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
TOO_MUCH = (
    "This report took more than 600 MB of memory. Choose the compact layout, or a brief"
    " on a part of the plan."
)
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
def test_the_typesetter_is_stopped_and_the_worker_goes_on_with_other_reports(
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
    assert heavy.problem == TOO_MUCH
    assert not ReportFile.objects.filter(report=heavy).exists()
    assert Event.objects.filter(verb="report.fail").count() == 1


@pytest.mark.long
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


@pytest.mark.long
def test_a_report_whose_typesetting_takes_too_much_memory_says_so(
    stocktake, coordinator, monkeypatch
):
    """The process that compiles it goes on."""

    def heavy(*_args, **_options):
        yield from list(made_up_files())[:2]
        raise TooMuchMemoryError

    monkeypatch.setattr(runner, "render_all", heavy)
    report = requested(stocktake, coordinator, "clear")
    assert runner.compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("failed", 1)
    assert report.problem == TOO_MUCH
    assert not ReportFile.objects.exists()


def test_a_cancelled_report_is_not_typeset_to_its_end(
    stocktake, coordinator, monkeypatch
):
    def cancel_and_ask(report):
        cancel_report(report_id=report.pk, by=coordinator, at=timezone.now())
        return is_held(report)

    monkeypatch.setattr(typesetter, "ASK_EVERY", 0.001)
    monkeypatch.setattr(runner, "is_held", cancel_and_ask)
    monkeypatch.setattr(runner, "_note", lambda *_args: True)
    report = requested(stocktake, coordinator, "clear")
    assert not runner.compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert (report.state, report.problem) == ("cancelled", "")
