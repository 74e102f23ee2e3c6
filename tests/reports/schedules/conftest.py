"""A schedule of daily drafts, and what it takes to run it."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from reports.actions.schedules import add_schedule
from reports.models import Report, Schedule
from reports.runner import compile_if_waiting
from reports.schedule_runner import run_due_schedules
from reports.schedules.terms import ScheduleTerms

DAY = timedelta(days=1)


@pytest.fixture
def time_travel(made_up_reports, monkeypatch) -> None:
    """Compile in days to come: the database seals its ledger by its own clock."""
    monkeypatch.setattr("reports.runner.seal_ledger", lambda _known_at: None)


@pytest.fixture
def daily_terms(plan) -> ScheduleTerms:
    return ScheduleTerms(
        plan=plan, audience="green", rhythm=Schedule.Rhythm.DAILY, time=time(6)
    )


@pytest.fixture
def add(coordinator, now) -> Callable[..., Schedule]:
    """Add a schedule, by default as the coordinator adds it now."""

    def add(terms: ScheduleTerms, **changes: Any) -> Schedule:
        added: Schedule = add_schedule(
            terms=terms, **{"by": coordinator, "at": now, **changes}
        )
        return added

    return add


@pytest.fixture
def daily(add, daily_terms, stocktake) -> Schedule:
    schedule: Schedule = add(daily_terms)
    return schedule


def asked_at(at: datetime) -> list[Report]:
    """Run what is due at an instant, and return the drafts that it asks for."""
    before = set(Report.objects.values_list("pk", flat=True))
    with time_machine.travel(at, tick=False):
        run_due_schedules()
    return list(Report.objects.exclude(pk__in=before).order_by("scheduled_for"))


def run_at(at: datetime) -> list[Report]:
    """Run what is due at an instant, and compile it."""
    asked = asked_at(at)
    for report in asked:
        with time_machine.travel(report.known_at, tick=False):
            assert compile_if_waiting(report.pk)
        report.refresh_from_db()
        assert report.state == "done", report.problem
    return asked
