"""Tests of scheduled tasks that run twice or at once: the result is the same."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from celery import current_app
from django.apps import apps
from django.core import mail
from django.db import OperationalError, connections

from accounts.models import NewDeviceMail
from audit.models import PeriodicRun
from g7plan.beat import SCHEDULE
from partners.actions.cursors import open_cursor
from partners.actions.preferences import set_preference
from partners.event_consumer import NOTICES
from partners.models import Digest, Notice
from progress.actions.clearance import submit_entry
from progress.models import Handling, Stocktake
from reports.models import Report, ReportFile
from reports.renderers.documents import RENDERERS
from tests.factories import make_entry, member_commitment_of

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "signer"]),
    pytest.mark.usefixtures("made_up_reports"),
]
TASKS = [entry["task"] for entry in SCHEDULE.values()]


@pytest.fixture(autouse=True)
def worker():
    """Load the tasks as a worker does, and run each message where it is sent."""
    current_app.loader.import_default_modules()
    current_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    current_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def work(plan, stocktake, coordinator, officer_jp, head_jp, now):
    """Work for every task: a report, a mail, a due date, a new event."""
    Stocktake.objects.update(due_at=now + timedelta(days=6, hours=23))
    open_cursor(name=NOTICES, at=now - timedelta(hours=1))
    Report.objects.create(
        plan=plan,
        stocktake=stocktake,
        at=now.date(),
        known_at=now,
        audience=Handling.GREEN,
        requested_at=now - timedelta(minutes=1),
        requested_by=coordinator,
    )
    # Mail at once, so that the hour of the test does not matter.
    for person in (officer_jp, head_jp):
        set_preference(mail="at_once", muted=[], version=0, by=person, at=now)
    NewDeviceMail.objects.create(user=officer_jp, signed_in_at=now, due_at=now)
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake
    )
    submit_entry(entry_id=entry.pk, version=entry.version, by=officer_jp, at=now)


def call(task):
    current_app.tasks[task].apply(throw=True)


def found():
    """Return the number of rows of each kind and state, and the mails' recipients."""
    counts = Counter(
        {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
            if model is not PeriodicRun
        }
    )
    for model in (Report, NewDeviceMail, Digest):
        states = model._default_manager.values_list("state", flat=True)
        counts.update(f"{model.__name__} {state}" for state in states)
    return counts, sorted(message.to[0] for message in mail.outbox)


def together(task, times=2):
    barrier, problems = threading.Barrier(times), []

    def beat():
        try:
            barrier.wait()
            call(task)
        except Exception as problem:  # noqa: BLE001 - raised in the test's own thread
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=beat) for _number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems


def all_of_them(how):
    """Digests depend on earlier notices: after two rounds no work is left."""
    for _round in "ab":
        for task in TASKS:
            how(task)


@pytest.mark.long
def test_twice_in_a_row_is_once(work):
    all_of_them(call)
    once = found()
    all_of_them(call)
    assert found() == once


@pytest.mark.long
def test_at_once_is_once(work):
    all_of_them(together)
    at_once = found()
    assert at_once[0]["Report done"] == 1
    assert at_once[0]["NewDeviceMail sent"] == 1
    assert ReportFile.objects.count() == len(RENDERERS)
    assert Notice.objects.exists()
    assert Digest.objects.exists()
    addresses = Counter(at_once[1])
    told = Counter(Digest.objects.values_list("user__email", flat=True))
    told.update(NewDeviceMail.objects.values_list("user__email", flat=True))
    assert addresses == told, "one mail for each row, and none without"
    all_of_them(call)
    assert found() == at_once


def test_every_task_says_when_it_was_done(db):
    for task in TASKS:
        call(task)
    assert set(PeriodicRun.objects.values_list("pk", flat=True)) == set(TASKS)


def test_a_task_that_fails_does_not_say_it_was_done(db, monkeypatch):
    """Otherwise the jobs page would show a failing task as done."""
    task = current_app.tasks["accounts.tasks.tidy_sign_ins"]

    def fail():
        raise OSError

    monkeypatch.setattr(task, "run", fail)
    task.apply(throw=False)
    assert not PeriodicRun.objects.exists()


@pytest.mark.parametrize("error", [OperationalError("gone"), RuntimeError("mistake")])
def test_a_run_that_cannot_be_recorded_is_done_all_the_same(
    db, monkeypatch, caplog, error
):
    """Celery would print the traceback of an error in `on_success` as a warning."""

    def fail(**_given):
        raise error

    monkeypatch.setattr("g7plan.recorded_task.note_run", fail)
    task = current_app.tasks["accounts.tasks.tidy_sign_ins"]
    if isinstance(error, RuntimeError):
        with pytest.raises(RuntimeError, match="mistake"):
            task.apply(throw=True)
    else:
        assert task.apply(throw=True).successful()
        assert "run not recorded" in caplog.text


def test_every_entry_names_a_task_that_exists():
    assert set(TASKS) <= set(current_app.tasks)
    assert len(set(TASKS)) == len(TASKS)
