"""Tests of workers that are killed at each point of a scheduled compile.

The processes and the kills are real. Whatever is killed and however often a message
comes: one draft with one number, nothing circulated and nothing final by itself.
"""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from accounts.models import Role
from audit.models import Event
from reports.models import Circulation, FinalApproval, Report
from reports.renderers.documents import RENDERERS
from reports.schedules.terms import ScheduleTerms
from tests.factories import make_user
from tests.reports.circulation.circulations import circulate, make_draft, make_final
from tests.source_files import ROOT
from tests.tables import changed_tables, hashes_of_tables

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.enable_socket,
]

COMPILING = ["claimed", *(step for step in Report.Step.values if step != "snapshot")]
# A report that loses three workers fails: see `MOST_ATTEMPTS`.
KILLS = [
    ["asking", "asked", "claimed", "json"],
    ["csv", "csv-people"],
    ["xlsx", "docx"],
    ["html", "pdf"],
    ["filing", "finishing"],
    ["finished"],
]
LONG_AGO = timedelta(hours=1)


class Worker:
    """The process that is killed, as often as the test asks for."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.reports.schedules.killed_worker"],
            cwd=ROOT,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def works(self, until: str = "") -> int:
        """Let it work until this point, and return the signal that ended it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{until}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def is_killed(self, at: str) -> None:
        """Let it work until it is killed, and let the lease of what it held run out."""
        assert self.works(at) == signal.SIGKILL
        Report.objects.filter(state="running").update(
            lease_ends_at=timezone.now() - LONG_AGO
        )


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    assert worker.process.stdin
    worker.process.stdin.close()
    assert worker.process.stdout
    worker.process.stdout.close()
    worker.process.wait()


def due(add, plan, audience, layout):
    at = timezone.now() - LONG_AGO
    due_at = (at + timedelta(minutes=1)).time().replace(microsecond=0)
    terms = ScheduleTerms(
        plan=plan, audience=audience, layout=layout, rhythm="daily", time=due_at
    )
    return add(terms, at=at)


def test_every_step_of_a_compile_is_here():
    points = [point for points in KILLS for point in points]
    assert sorted(points) == sorted(
        ["asking", "asked", *COMPILING, "finishing", "finished"]
    )


def test_a_scheduled_draft_survives_its_workers(add, plan, stocktake, worker):
    lines = product(("clear", "green", "amber"), ("full", "compact"))
    for (audience, layout), points in zip(lines, KILLS, strict=True):
        schedule = due(add, plan, audience, layout)
        for point in points:
            worker.is_killed(at=point)
            assert schedule.reports.count() == (point != "asking")
            assert not schedule.reports.filter(state="failed").exists()
        assert worker.works() == 0
        draft = schedule.reports.get()
        assert (draft.state, draft.draft_number) == ("done", 1), points
        assert draft.files.count() == len(RENDERERS)
        for verb in ("report.request", "report.finish"):
            assert Event.objects.filter(verb=verb, target_id=draft.pk).count() == 1
        before = hashes_of_tables()
        assert worker.works() == 0  # every message comes twice
        assert not changed_tables(before, hashes_of_tables())
    assert Report.objects.count() == len(KILLS)
    assert set(Report.objects.values_list("circulation", flat=True)) == {"none"}
    assert not Circulation.objects.exists()
    assert not FinalApproval.objects.exists()


def test_a_final_survives_its_workers(add, plan, coordinator, worker):
    draft = make_draft(plan, by=coordinator)
    circulate(draft, by=coordinator)
    other = make_user(Role.COORDINATOR, member=coordinator.member.pk)
    final = make_final(draft, by=coordinator, other=other)
    for point in ("pdf", "finishing"):
        worker.is_killed(at=point)
    assert worker.works() == 0
    final.refresh_from_db()
    assert (final.state, final.facts_sha256) == ("done", draft.facts_sha256)
    before = hashes_of_tables()
    assert worker.works() == 0
    assert not changed_tables(before, hashes_of_tables())
    assert Report.objects.filter(circulation="final").count() == 1
    assert Circulation.objects.count() == 1
    finished = Event.objects.filter(verb="report.finish", target_id=final.pk)
    assert finished.count() == 1
