"""Tests of leases: a worker keeps its lease while it typesets."""

import time

import pytest
from django.db import OperationalError

from progress.models import Handling
from reports import leases, runner
from reports.actions.requests import request_report
from reports.actions.work import claim_report, renew_lease
from reports.models import Report
from reports.renderers.documents import RENDERERS
from reports.report_request import ReportRequest
from tests.finished_reports import made_up_files


def asked_for(plan, stocktake, coordinator, now):
    request = ReportRequest(
        plan=plan,
        audience=Handling.GREEN,
        stocktake=stocktake,
        at=now.date(),
        known_at=now.replace(microsecond=0),
    )
    return request_report(request=request, by=coordinator, at=now)


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_each_file_is_made(
    plan, stocktake, coordinator, now, monkeypatch
):
    """The renderer waits for a renewed row: without a renewal it never ends."""
    report = asked_for(plan, stocktake, coordinator, now)
    renewed = []

    def slow(*args, **options):
        for file in made_up_files(*args, **options):
            claimed = Report.objects.get()
            renewed.append(renewed_after(claimed.lease_ends_at))
            yield file

    monkeypatch.setattr(leases, "RENEW_EVERY", 0.02)
    monkeypatch.setattr(runner, "render_all", slow)
    assert runner.compile_if_waiting(report.pk)
    assert renewed == [True] * len(RENDERERS)
    assert Report.objects.get().state == "done"


def renewed_after(end):
    """Wait until the lease ends later than it did; give up after 10 seconds."""
    for _attempt in range(500):
        if Report.objects.get().lease_ends_at > end:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("error")  # an error that ends a thread is a warning here
def test_the_lease_is_renewed_again_after_the_database_was_away(
    plan, stocktake, coordinator, now, monkeypatch, caplog
):
    report = asked_for(plan, stocktake, coordinator, now)
    claimed = claim_report(report_id=report.pk, at=now)
    assert claimed
    asked = []

    def renew(**given):
        asked.append(given)
        if len(asked) == 1:
            raise OperationalError("gone")
        return renew_lease(**given)

    monkeypatch.setattr(leases, "RENEW_EVERY", 0.02)
    monkeypatch.setattr(leases, "renew_lease", renew)
    with leases.lease_kept(claimed):
        assert renewed_after(claimed.lease_ends_at)
    assert caplog.text.count("lease not renewed") == 1


@pytest.mark.django_db(transaction=True)
def test_renewing_ends_with_the_work(plan, stocktake, coordinator, now, monkeypatch):
    report = asked_for(plan, stocktake, coordinator, now)
    claimed = claim_report(report_id=report.pk, at=now)
    assert claimed
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.02)
    with leases.lease_kept(claimed):
        pass
    ended = Report.objects.get().lease_ends_at
    time.sleep(0.1)
    assert Report.objects.get().lease_ends_at == ended
