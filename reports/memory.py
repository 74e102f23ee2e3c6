"""Stops a worker whose report takes too much memory, and says why on the report.

Celery looks at the memory of its processes only between two tasks. The kernel would end
the worker with no word on the report, which would then be tried again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Final

import structlog
from billiard import current_process
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.actions import fail_report
from reports.models import Report

MOST_MEMORY: Final = 600  # MB that a worker may take while it compiles
LOOK_EVERY: Final = 0.05  # seconds; typesetting takes 500 MB in a second at most
# Linux says here how many pages of memory the process has.
STATM: Final = Path("/proc/self/statm")

log = structlog.get_logger()


@contextmanager
def memory_bounded(report: Report) -> Iterator[None]:
    """Fail the report, and end its worker, if it takes more than `MOST_MEMORY`.

    The typesetter is one call that cannot be interrupted, so the process has to end.
    Celery's pool has processes that do one task at a time. Nothing is bounded in a
    process that may do others, or where the system is not Linux.
    """
    if not (current_process().daemon and STATM.exists()):
        yield
        return
    watch = _Watch(report)
    watcher = Thread(target=watch.run, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        watch.end()
        watcher.join()


def memory_taken() -> int:
    """Return the MB of memory that this process has now."""
    pages = int(STATM.read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024**2


class _Watch:
    def __init__(self, report: Report) -> None:
        self.report = report
        self._done = Event()
        # Held while the process ends: the work is over, or the process is.
        self._ending = Lock()

    def end(self) -> None:
        with self._ending:
            self._done.set()

    def run(self) -> None:
        while not self._done.wait(LOOK_EVERY):
            if (taken := memory_taken()) > MOST_MEMORY:
                self._stop(taken)
                return

    def _stop(self, taken: int) -> None:
        log.error("report takes too much memory", report=str(self.report.pk), mb=taken)
        with self._ending:
            if self._done.is_set():
                return
            try:
                self._fail()
            finally:
                # Celery starts another process. It gives the task to that one, which
                # finds the job ended.
                os._exit(1)

    def _fail(self) -> None:
        problem = _(
            "This report took more than %(limit)d MB of memory. Choose the compact"
            " layout, or a brief on a part of the plan."
        ) % {"limit": MOST_MEMORY}
        fail_report(report=self.report, problem=problem, at=timezone.now())
