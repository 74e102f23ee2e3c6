"""Real Celery workers and beats for tests, as processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from g7plan.queues import GENERAL, REPORTS
from reports.models import Report
from tests.source_files import ROOT

CELERY = [sys.executable, "-m", "celery", "--app", "g7plan"]


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*CELERY, *arguments],
        cwd=ROOT,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def worker(name: str):
    queues = ",".join((GENERAL, REPORTS))
    host = ("--hostname", f"{name}@%h")
    return running("worker", "--concurrency", "1", "--queues", queues, *host)


def wait_until(is_so, seconds: float, pause: float = 0.002) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(pause)
    return False


def state_of(report: Report) -> str:
    return Report.objects.values_list("state", flat=True).get(pk=report.pk)
