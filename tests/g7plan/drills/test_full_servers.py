"""Drills: no space on a disk, no memory for the queues, and no connection is left."""

import os
import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from partners.models import Notice
from reports.models import Report
from reports.runner import compile_if_waiting
from tests.g7plan.drills.buttons import AGAIN, BUTTONS, DONE, Cast
from tests.g7plan.drills.faults import few_connections, full_disk_of, no_space_for
from tests.g7plan.drills.processes import Web
from tests.g7plan.drills.test_killed_workers import WORK, a_submission, start
from tests.g7plan.drills.test_stopped_servers import (
    finish,
    says_that_the_database_is_away,
)
from tests.g7plan.trial.visitor import Answer
from tests.jobs.trial import Trial
from tests.reports.workers import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "signer"]),
    pytest.mark.enable_socket,
]
READERS = 12


@pytest.fixture
def trial(plan, stocktake, coordinator, made_up_reports, receiver) -> Trial:
    return Trial(plan, stocktake, coordinator)


def is_refused_and_done_later(name: str, press: Any, refusing: Any) -> None:
    button = BUTTONS[name]
    with refusing(button.table):
        refused = press.press()
        assert says_that_the_database_is_away(name, refused)
        assert "Some of what you sent" not in refused.text
    assert button.done() == 0
    assert DONE[name] in press.press().text
    assert AGAIN[name] in press.press().text
    assert button.done() == 1


@pytest.mark.parametrize("name", BUTTONS)
def test_without_space_an_act_of_the_web_process_saves_nothing(name, cast: Cast):
    is_refused_and_done_later(name, BUTTONS[name].make(cast), no_space_for)


if os.geteuid() == 0:  # only root may mount a disk

    def test_on_a_disk_that_is_full_an_act_saves_nothing(cast: Cast):
        press = BUTTONS["submit"].make(cast)
        is_refused_and_done_later("submit", press, full_disk_of)


@pytest.mark.parametrize("name", WORK)
def test_without_space_a_process_does_its_work_later(
    name, trial, processes, queue, receiver
):
    work = WORK[name]
    arguments = work.waits(trial)
    start(processes, work)
    with no_space_for(work.table):
        queue.send(work.task, *arguments)
        assert wait_until(queue.is_idle, 60, 0.05), processes.log.read_text()
        assert wait_until(lambda: "No space left" in processes.log.read_text(), 30, 0.1)
    assert work.done() == 0
    finish(queue, processes, name, arguments)


def test_a_report_for_which_there_is_no_space_says_so_and_is_compiled_again(
    trial, signed_in, coordinator
):
    report = trial.report()
    with no_space_for("reports_reportfile"):
        assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert (report.state, report.files.count()) == ("failed", 0)
    client = signed_in(coordinator)
    page = client.get(f"/reports/{report.pk}/")
    assert page.status_code == 200
    assert report.problem in page.text
    assert client.post(f"/reports/{report.pk}/retry/").status_code == 302
    Report.objects.update(requested_at=timezone.now() - timedelta(minutes=1))
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert report.state == "done"


def test_queues_without_memory_cost_no_request_and_no_work(
    cast: Cast, trial, processes, queue
):
    """Valkey then refuses each message. The worker goes on when there is room again."""
    arguments = a_submission(trial)
    button = BUTTONS["compile"]
    press = button.make(cast)
    processes.worker()
    with queue.client() as client:
        client.config_set("maxmemory", "1")
        try:
            answer = press.press()
        finally:
            client.config_set("maxmemory", "0")
    assert (answer.status, button.done()) == (200, 1)
    assert DONE["compile"] in answer.text
    finish(queue, processes, "submit", arguments)
    assert Notice.objects.filter(kind="clearance").count() == 1


def test_when_connections_are_exhausted_pages_say_so_and_recover(web: Web, cast: Cast):
    press = BUTTONS["submit"].make(cast)
    people = [web.person(cast.officer) for _number in range(READERS)]
    answers: list[Answer] = []
    connections.close_all()
    with few_connections(2):
        asking = [
            threading.Thread(target=lambda p=person: answers.append(p.get("/matrix/")))
            for person in people
        ]
        for thread in asking:
            thread.start()
        pressed = press.press()
        for thread in asking:
            thread.join()
    statuses = Counter(answer.status for answer in [*answers, pressed])
    assert set(statuses) <= {200, 503}
    for answer in answers:
        assert answer.status == 200 or says_that_the_database_is_away("page", answer)
    assert BUTTONS["submit"].done() == (pressed.status == 200)
    assert {person.get("/matrix/").status for person in people} == {200}
    press.press()
    assert BUTTONS["submit"].done() == 1


def test_without_any_connection_nothing_is_an_error_of_ours(web: Web, cast: Cast):
    press = BUTTONS["publish"].make(cast)
    connections.close_all()
    with few_connections(0):
        assert says_that_the_database_is_away("publish", press.press())
        ready = web.person_without_session().get("/readyz")
        assert (ready.status, '"database"' in ready.text) == (503, True)
    assert BUTTONS["publish"].done() == 0
    assert DONE["publish"] in press.press().text
    assert BUTTONS["publish"].done() == 1
