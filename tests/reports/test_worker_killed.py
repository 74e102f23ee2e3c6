"""Tests of a worker killed in the middle of a report: another worker finishes it.

The workers, the beat and the settings are the real ones, and the product has no hook
for this. The test only watches the row.
"""

import os
import signal
import time

import pytest

from accounts.enqueue import enqueue_soon
from audit.models import Event
from reports.models import Report
from reports.renderers.documents import RENDERERS
from tests.reports.long_reports import publish_everywhere, requested
from tests.reports.workers import running, state_of, wait_until, worker

WITHIN = 90  # seconds

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.enable_socket,
]


@pytest.fixture
def long_report(stocktake, coordinator, members):
    """So much text that a worker can be killed while it compiles."""
    text = "Cooperation was **deepened** with partners in the region. " * 160
    publish_everywhere(stocktake, members, by=coordinator, narrative=text)
    return requested(stocktake, coordinator, "green")


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
    assert report.files.count() == len(RENDERERS)
    assert Event.objects.filter(verb="report.finish").count() == 1
