"""Renews a report's lease in a thread while the worker typesets."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog
from django.db import connection
from django.utils import timezone

from audit.outages import is_outage
from reports.actions.work import renew_lease
from reports.models import Report

RENEW_EVERY = 10.0  # seconds; a third of the lease

log = structlog.get_logger()


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
    try:
        while not done.wait(RENEW_EVERY):
            if not _renew(report):
                return
    finally:
        connection.close()  # returns this thread's connection to the pool


def is_held(report: Report) -> bool:
    """Return whether the worker still has the job: not if it was cancelled."""
    try:
        return Report.objects.filter(pk=report.pk, lease=report.lease).exists()
    except Exception as error:
        if not is_outage(error):
            raise
        connection.close()
        return True  # the lease says later whether it was kept


def _renew(report: Report) -> bool:
    """Return whether to go on. The database may be back before the lease ends."""
    assert report.lease is not None  # noqa: S101 - the report is claimed
    try:
        return renew_lease(report_id=report.pk, lease=report.lease, at=timezone.now())
    except Exception as error:
        if not is_outage(error):
            raise
        log.warning("lease not renewed", report=str(report.pk), error=str(error))
        connection.close()
        return True
