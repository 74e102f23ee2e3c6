"""Tests of a whole trial whose parts fail: nothing is lost, and it recovers by itself.

One trial with demonstration data serves all of them, each with real processes.
"""

import json
import os
import re
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

import psycopg
import pytest

from g7plan.trial.embedded.server import wait_until
from tests.g7plan.trial.conftest import open_var_dir
from tests.g7plan.trial.test_supervisor import (
    environment,
    is_ready,
    left_running,
    supervisor,
)
from tests.g7plan.trial.visitor import TOKEN, Answer, Visitor

pytestmark = [pytest.mark.long, pytest.mark.enable_socket]
READERS = 12
LOCK_SECONDS = 30


@dataclass
class RunningTrial:
    """A trial in its own processes, and all that its terminal shows."""

    pid: int
    port: int
    var_dir: Path
    lines: list[str] = field(default_factory=list)

    def read(self, output: IO[str]) -> None:
        self.lines.extend(output)

    def visitor(self, name: str = "officer.jp") -> Visitor:
        visitor = Visitor(self.port)
        visitor.sign_in(name)
        return visitor

    @property
    def services(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.var_dir / "services.json").read_text())
        return found

    def server(self, name: str) -> int:
        """The process of an embedded server of this trial, and of no other."""
        file = {"PostgreSQL": "postgres/postmaster.pid", "Valkey": "valkey/valkey.pid"}
        return int((self.var_dir / file[name]).read_text().split("\n")[0])

    def is_ready(self) -> bool:
        return Visitor(self.port).get("/readyz", timeout=5).status == 200


@pytest.fixture(scope="module")
def trial() -> Iterator[RunningTrial]:
    for var_dir in open_var_dir():
        env = environment(var_dir)
        with supervisor(env, "--demo") as process:
            running = RunningTrial(process.pid, int(env["PORT"]), var_dir)
            reader = threading.Thread(target=running.read, args=(process.stdout,))
            reader.start()
            assert wait_until(partial(is_ready, env), 300)
            yield running
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)
            reader.join(timeout=10)
        assert left_running(var_dir) == []
        assert "Traceback" not in "".join(running.lines)


@contextmanager
def together(*acts) -> Iterator[threading.Event]:
    """Repeat these acts, each in a thread, until the block ends."""
    stop = threading.Event()

    def repeat(act) -> None:
        while not stop.is_set():
            act()

    threads = [threading.Thread(target=repeat, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def save(visitor: Visitor, number: int) -> Answer:
    """Save a person's own settings, as from a page that was opened before."""
    page = visitor.get("/people/me/")
    form = {"csrfmiddlewaretoken": TOKEN.findall(page.text)[0]}
    form |= dict(re.findall(r'name="(version)" value="(\d+)"', page.text))
    form |= {"name": f"Officer {number}", "time_zone": "UTC"}
    return visitor.post("/people/me/", form)


def restart(trial: RunningTrial) -> None:
    """Let PostgreSQL end in order. The supervisor starts it again."""
    before = trial.server("PostgreSQL")
    os.kill(before, signal.SIGINT)
    assert wait_until(lambda: is_up_again(trial, "PostgreSQL", before), 30)


def is_up_again(trial: RunningTrial, name: str, before: int) -> bool:
    try:
        return trial.server(name) != before and trial.is_ready()
    except (FileNotFoundError, ValueError):
        return False


def test_a_restart_between_two_saves_costs_no_error(trial):
    visitors = [trial.visitor() for _number in range(READERS)]
    with together(*(partial(visitor.get, "/matrix/") for visitor in visitors)):
        time.sleep(2)  # the pool is warm: every thread has had a connection
    assert save(visitors[0], 1).status == 200
    restart(trial)
    answers = [save(visitors[0], 2)]
    answers += [visitor.get("/tasks/") for visitor in visitors * 3]
    assert Counter(answer.status for answer in answers) == {200: len(answers)}
    assert "Officer 2" in visitors[1].get("/people/me/").text


def test_requests_during_a_restart_are_answered_in_words_at_worst(trial):
    answers: list[Answer] = []
    visitors = [trial.visitor() for _number in range(READERS)]

    def ask(visitor: Visitor) -> None:
        answers.append(visitor.get("/matrix/"))

    with together(*(partial(ask, visitor) for visitor in visitors)):
        time.sleep(1)
        restart(trial)
        time.sleep(1)
    assert set(Counter(answer.status for answer in answers)) <= {200, 503}
    for answer in answers:
        if answer.status == 503:
            assert "The database does not answer, or is busy." in answer.text
    assert {visitor.get("/people/me/").status for visitor in visitors} == {200}


def test_a_long_lock_fills_neither_readyz_nor_a_page(trial):
    pages: list[Answer] = []
    readyz: list[Answer] = []
    visitors = [trial.visitor() for _number in range(READERS)]
    for visitor in visitors:
        assert visitor.get("/matrix/").status == 200

    def ask_readyz() -> None:
        readyz.append(Visitor(trial.port).get("/readyz"))
        time.sleep(0.2)

    def ask_page(visitor: Visitor) -> None:
        pages.append(visitor.get("/matrix/"))

    with psycopg.connect(trial.services["database_owner_url"]) as owner:
        owner.execute("LOCK TABLE progress_entry IN ACCESS EXCLUSIVE MODE")
        asked = [partial(ask_page, visitor) for visitor in visitors]
        with together(ask_readyz, *asked):
            time.sleep(LOCK_SECONDS)
        # What waits for nothing locked is answered meanwhile, sign-in among it.
        assert trial.visitor("observer").get("/people/me/").status == 200
    assert Counter(answer.status for answer in pages) == {503: len(pages)}
    assert max(answer.seconds for answer in pages) < 6
    assert Counter(answer.status for answer in readyz) == {200: len(readyz)}
    assert max(answer.seconds for answer in readyz) < 1
    assert len(readyz) > LOCK_SECONDS
    assert visitors[0].get("/matrix/").status == 200


@pytest.mark.parametrize("name", ["PostgreSQL", "Valkey"])
def test_a_server_that_is_killed_is_back_by_itself(trial, name):
    visitor = trial.visitor()
    before = trial.server(name)
    os.kill(before, signal.SIGKILL)
    statuses = set()

    def is_back() -> bool:
        statuses.add(visitor.get("/people/me/").status)
        return is_up_again(trial, name, before)

    assert wait_until(is_back, 30)
    assert statuses <= {200, 503}
    assert visitor.get("/people/me/").status == 200
    expected = f"{name} ended by itself (signal 9). It starts again in "
    assert any(line.startswith(expected) for line in trial.lines)


@pytest.mark.parametrize(
    "command", [r"gunicorn", r"celeryd|celery.* worker ", r"\bbeat\b"]
)
def test_a_process_that_is_killed_is_back_by_itself(trial, command):
    # A process of the worker that is still starting could not tell it so.
    assert works(trial)
    [before] = children(trial.pid, command)
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: children(trial.pid, command) not in ([], [before]), 30)
    assert wait_until(trial.is_ready, 30)


def children(parent: int, command: str) -> list[int]:
    """The processes that the supervisor itself started, by their command."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in found if re.search(command, command_of(pid))]


def command_of(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""


def test_the_worker_works_again_after_the_queue_was_killed(trial):
    before = trial.server("Valkey")
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: is_up_again(trial, "Valkey", before), 30)
    assert works(trial)


def works(trial: RunningTrial) -> bool:
    """Whether the worker does a task from now on."""
    with psycopg.connect(trial.services["database_owner_url"]) as owner:
        [[now]] = owner.execute("SELECT clock_timestamp()").fetchall()

        def is_newer() -> bool:
            newest = "SELECT max(done_at) > %s FROM audit_periodicrun"
            [[has_run]] = owner.execute(newest, [now]).fetchall()
            owner.rollback()
            return bool(has_run)

        return wait_until(is_newer, 30)


def test_a_line_of_the_web_server_holds_no_search_words(trial):
    """gunicorn quotes the first line of a request that it does not understand."""
    with socket.create_connection(("127.0.0.1", trial.port)) as wire:
        wire.sendall(b"GET /people/?q=goshawk\r\n\r\n")
        assert b"400" in wire.recv(4096)
    Visitor(trial.port).get("/accounts/login/?q=goshawk")
    time.sleep(1)
    said = "".join(trial.lines)
    assert "Invalid request from ip=127.0.0.1" in said
    assert "goshawk" not in said
