"""Renews a report's lease in a thread while the worker typesets."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import connection
from django.utils import timezone

from reports.actions import renew_lease
from reports.models import Report

RENEW_EVERY = 10.0  # seconds; a third of the lease


@contextmanager
def lease_kept(report: Report) -> Iterator[None]:
    """Renew the lease during the work. A lost lease shows when the job is finished."""
    done = Event()
    keeper = Thread(target=_keep, args=(report, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _keep(report: Report, done: Event) -> None:
    assert report.lease is not None  # noqa: S101 - the report is claimed
    try:
        while not done.wait(RENEW_EVERY):
            if not renew_lease(
                report_id=report.pk, lease=report.lease, at=timezone.now()
            ):
                return
    finally:
        connection.close()  # returns this thread's connection to the pool
