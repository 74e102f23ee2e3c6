"""Drills: PostgreSQL or Valkey ends in the middle of an act, and comes back."""

import threading
from typing import Any

import pytest
from django.db import connections

from tests.g7plan.drills.buttons import AGAIN, BUTTONS, DONE, MOMENTS, Cast
from tests.g7plan.drills.faults import database_away
from tests.g7plan.drills.holding import COMMITTING, WRITING, held
from tests.g7plan.drills.processes import Starter
from tests.g7plan.drills.queues import Queues
from tests.g7plan.drills.test_killed_workers import (
    WORK,
    a_submission,
    leases_end,
    look_again,
    start,
)
from tests.g7plan.trial.visitor import Answer
from tests.jobs.trial import Trial
from tests.reports.workers import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "signer"]),
    pytest.mark.enable_socket,
]
AWAY = "The database does not answer, or is busy."


def pressing(press: Any, told: list[Answer]) -> threading.Thread:
    thread = threading.Thread(target=lambda: told.append(press.press()))
    thread.start()
    return thread


def says_that_the_database_is_away(name: str, answer: Answer) -> bool:
    """In words on a page, and as a problem to a program. Never as an error of ours."""
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    return ("#problem-unavailable" if name == "deliver" else AWAY) in answer.text


@pytest.mark.parametrize(("name", "moment"), MOMENTS)
def test_the_database_ends_during_an_act_of_the_web_process(name, moment, cast: Cast):
    button, told = BUTTONS[name], list[Answer]()
    press = button.make(cast)
    with held(button.table, moment) as hold:
        thread = pressing(press, told)
        assert hold.is_reached()
        connections.close_all()
        with database_away():
            thread.join(60)
            assert says_that_the_database_is_away(name, told[0])
            if name == "submit":  # it waits some seconds for the database
                assert says_that_the_database_is_away(name, press.press())
    # It does not know whether a commit ended, and nothing else may be saved.
    if name != "deliver":
        may_be_saved = "Some of what you sent may already be saved." in told[0].text
        assert may_be_saved == (moment == COMMITTING)
    assert button.done() == 0
    assert DONE[name] in press.press().text
    assert AGAIN[name] in press.press().text
    assert button.done() == 1


@pytest.fixture
def trial(plan, stocktake, coordinator, made_up_reports, receiver) -> Trial:
    return Trial(plan, stocktake, coordinator)


@pytest.mark.parametrize("name", WORK)
def test_the_database_ends_during_the_work_of_a_process(
    name, trial, processes, queue, receiver
):
    """The same process goes on when the database is back."""
    work = WORK[name]
    arguments = work.waits(trial)
    start(processes, work)
    with held(work.table, WRITING, work.condition) as hold:
        queue.send(work.task, *arguments)
        assert hold.is_reached(), processes.log.read_text()
        connections.close_all()
        with database_away():
            assert wait_until(queue.is_idle, 60, 0.05)
    assert work.done() == 0
    finish(queue, processes, name, arguments)


def finish(queue: Queues, processes: Starter, name: str, arguments: list[str]) -> None:
    """Let the messages of the next sweeps come to the process that runs."""
    work = WORK[name]
    leases_end()
    look_again()
    queue.send(work.task, *arguments)
    queue.send(work.task, *arguments)
    assert wait_until(lambda: work.done() == 1, 60, 0.05), processes.log.read_text()
    assert wait_until(queue.is_idle, 60, 0.05)
    assert work.done() == 1


def test_the_queues_end_during_a_request_and_the_same_worker_goes_on(
    cast: Cast, trial, processes, queue
):
    """Valkey is killed while a report is requested and a worker waits for messages."""
    arguments = a_submission(trial)
    processes.worker()
    queue.send("progress.tasks.delete_old_sheets")
    assert wait_until(queue.is_idle, 60, 0.05)  # it works
    button, told = BUTTONS["compile"], list[Answer]()
    press = button.make(cast)
    with held(button.table, COMMITTING) as hold:
        thread = pressing(press, told)
        assert hold.is_reached()
        queue.kill()
        hold.release()
        thread.join(60)
    assert told[0].status == 200
    assert DONE["compile"] in told[0].text
    assert AGAIN["compile"] in press.press().text
    queue.start()
    finish(queue, processes, "submit", arguments)
    assert button.done() == 1
