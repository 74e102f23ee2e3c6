"""Drills: beat is killed before, between and after the messages that it sends.

It was away for a day, so everything is due at once. What its messages lead to is done
once, however often it was killed.
"""

from datetime import timedelta
from functools import partial

import pytest
from celery.beat import PersistentScheduler
from redis import Redis

from g7plan.beat import SCHEDULE
from g7plan.celery import app
from progress.models import Checkpoint
from reports.models import ReportManifest
from tests.g7plan.drills.processes import Starter
from tests.g7plan.drills.queues import Queues
from tests.g7plan.drills.test_killed_workers import a_submission, notices
from tests.jobs.trial import Trial
from tests.reports.workers import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "signer"]),
    pytest.mark.enable_socket,
]
DAY = timedelta(days=1)


@pytest.fixture
def schedule(tmp_path) -> str:
    """The file of a beat that has sent nothing for a day."""
    name = str(tmp_path / "beat")
    app.loader.import_default_modules()
    scheduler = PersistentScheduler(app, schedule_filename=name)
    for entry in scheduler.schedule.values():
        entry.last_run_at = app.now() - DAY
    scheduler.close()
    return name


def beat(processes: Starter, schedule: str) -> int:
    return processes.start("--quiet", "beat", "--schedule", schedule, "--pidfile=")


def test_what_beat_starts_is_done_once_however_often_it_is_killed(
    plan, stocktake, coordinator, made_up_reports, receiver, processes, queue, schedule
):
    trial = Trial(plan, stocktake, coordinator)
    a_submission(trial)
    delivery = trial.delivery()
    report = trial.unsigned_report()
    with queue.client() as client:
        # Before its first message: the server takes nothing meanwhile.
        client.execute_command("CLIENT", "PAUSE", 60_000, "WRITE")
        pid = beat(processes, schedule)
        assert wait_until(lambda: is_held_up(client), 60, 0.01)
        processes.kill(pid)
        client.execute_command("CLIENT", "UNPAUSE")
        assert queue.messages() <= 1
    for sent in (3, len(SCHEDULE)):  # between its messages, and after all of them
        pid = beat(processes, schedule)
        assert wait_until(partial(holds, queue, sent), 60, 0.001)
        processes.kill(pid)
    beat(processes, schedule)
    processes.worker()
    processes.signer()

    def is_done() -> bool:
        delivery.refresh_from_db()
        return (
            notices() == 1
            and delivery.state == "delivered"
            and ReportManifest.objects.filter(report=report).count() == 1
            and Checkpoint.objects.count() == 1
        )

    assert wait_until(is_done, 60, 0.05), processes.log.read_text()
    assert wait_until(queue.is_idle, 60, 0.05)
    assert is_done()
    assert receiver.ids == [str(delivery.pk)]


def holds(queue: Queues, count: int) -> bool:
    return queue.messages() >= count


def is_held_up(client: Redis) -> bool:
    """Return whether another client waits until the server takes what it writes."""
    return bool(client.info("clients")["blocked_clients"])
