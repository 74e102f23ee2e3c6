"""Tests of a worker killed in the middle of a report: another worker finishes it.

The workers, the beat and the settings are the real ones, and the product has no hook
for this. The test only watches the row.
"""

import os
import signal
import time
from datetime import UTC, datetime

import pytest

from accounts.dates import next_second
from accounts.enqueue import enqueue_soon
from audit.models import Event
from commitments.models import MemberCommitment
from progress.models import State
from reports.actions import request_report
from reports.models import Report
from reports.report_request import ReportRequest
from tests.factories import make_entry, make_user
from tests.reports.workers import running, state_of, wait_until, worker

WITHIN = 90  # seconds

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.enable_socket,
]


@pytest.fixture
def long_report(plan, stocktake, coordinator, members):
    """So much text that a worker can be killed while it compiles."""
    text = "Cooperation was **deepened** with partners in the region. " * 160
    people = {code: make_user(member=code) for code in members}
    rows = MemberCommitment.objects.filter(commitment__plan=plan)
    for row in rows.select_related("commitment__plan"):
        make_entry(
            row,
            by=people[row.member_id],
            state=State.PUBLISHED,
            stocktake=stocktake,
            published_by=coordinator,
            narrative=text,
        )
    now = datetime.now(UTC)
    request = ReportRequest(
        plan=plan,
        audience="green",
        at=now.date(),
        known_at=next_second(now),
        stocktake=stocktake,
    )
    return request_report(request=request, by=coordinator, at=now)


def test_a_report_survives_its_worker(long_report, tmp_path):
    schedule = str(tmp_path / "beat")
    with running("beat", "--schedule", schedule), worker("first") as first:
        enqueue_soon("reports.tasks.compile_report", long_report.pk)
        assert wait_until(lambda: state_of(long_report) == "running", 60)
        # Stopped first, so that it cannot finish between the check and the kill.
        os.killpg(first.pid, signal.SIGSTOP)
        killed_at = time.monotonic()
        assert state_of(long_report) == "running"
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        with worker("second"):
            assert wait_until(lambda: state_of(long_report) == "done", WITHIN, 0.2)
            assert time.monotonic() - killed_at < WITHIN
            time.sleep(2)  # nothing comes after it

    report = Report.objects.get()
    assert (report.state, report.attempts) == ("done", 2)
    assert report.files.count() == 1
    assert Event.objects.filter(verb="report.finish").count() == 1
