"""The real processes of the drills: a web server, workers, a signer and a beat."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

from django.conf import settings

from accounts.models import User
from g7plan.queues import QUEUES, SIGNING
from tests.accounts.signed_in import client_of
from tests.g7plan.trial.visitor import Visitor
from tests.page_forms import PageForm
from tests.ports import free_port
from tests.reports.workers import wait_until
from tests.source_files import ROOT

APPLICATION = "tests.g7plan.drills.web:application"
QUICKLY = ("--without-mingle", "--without-gossip", "--without-heartbeat")


class Person(Visitor):
    """A person who has signed in with one browser."""

    def __init__(self, port: int, user: User) -> None:
        super().__init__(port)
        jar = CookieJar()
        name = settings.SESSION_COOKIE_NAME
        jar.set_cookie(_cookie(name, client_of(user).cookies[name].value))
        self._opener = build_opener(HTTPCookieProcessor(jar))

    def fill(self, path: str, **typed: str) -> dict[str, str]:
        """Open a page with a form, and return what a press of its button sends."""
        page = self.get(path)
        assert page.status == 200, page.text[:2000]
        return {**dict(PageForm.of(page.text).sent), **typed}


def _cookie(name: str, value: str) -> Cookie:
    return Cookie(
        0, name, value, None, False, "127.0.0.1", False, False, "/", True,
        False, None, True, None, None, {},
    )  # fmt: skip


@dataclass
class Web:
    """gunicorn, as in production, with one web process that it starts again."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    def workers(self) -> list[int]:
        pid = self.process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        return [int(child) for child in found]

    def kill(self) -> None:
        """End the web process with SIGKILL. Its server starts another."""
        [before] = self.workers()
        os.kill(before, signal.SIGKILL)
        assert wait_until(lambda: self.workers() not in ([], [before]), 30, 0.01)

    def person(self, user: User) -> Person:
        return Person(self.port, user)

    def person_without_session(self) -> Visitor:
        return Visitor(self.port)

    def answers(self, path: str) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@contextmanager
def web_server(folder: Path, **variables: str) -> Iterator[Web]:
    port, log = free_port(), folder / "web.log"
    command = [
        sys.executable, "-m", "gunicorn", APPLICATION, "--preload", "--workers", "1",
        "--config", "python:g7plan.web_server", "--bind", f"127.0.0.1:{port}",
    ]  # fmt: skip
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PROCESS": "web", **variables},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    web = Web(port, process, log)
    try:
        assert wait_until(lambda: web.answers("/healthz"), 240, 0.1), log.read_text()
        yield web
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass
class Starter:
    """Starts workers, signers and beats, each a real process in a group of its own."""

    process: "subprocess.Popen[str]"
    log: Path
    started: list[int] = field(default_factory=list)

    def start(self, *arguments: str) -> int:
        """Start Celery with these arguments, and return the number of the process."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{json.dumps(arguments)}\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        self.started.append(pid)
        return pid

    def worker(self) -> int:
        return self._worker(*(queue for queue in QUEUES if queue != SIGNING))

    def signer(self) -> int:
        return self._worker(SIGNING)

    def _worker(self, *queues: str) -> int:
        name = f"drill{len(self.started)}@%h"
        named = ("--queues", ",".join(queues), "--hostname", name)
        return self.start("--quiet", "worker", "--concurrency", "1", *named, *QUICKLY)

    def kill(self, pid: int) -> None:
        """End a process and its children with SIGKILL."""
        self.started.remove(pid)
        os.killpg(pid, signal.SIGKILL)
        assert wait_until(lambda: not _has_group(pid), 30, 0.01)

    def kill_all(self) -> None:
        for pid in list(self.started):
            self.kill(pid)


def _has_group(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def starter(folder: Path, **variables: str) -> Iterator[Starter]:
    log = folder / "celery.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.g7plan.drills.starter"],
            cwd=ROOT,
            env={**os.environ, "PROCESS": "worker", "LOG": str(log), **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        )
    made = Starter(process, log)
    try:
        yield made
    finally:
        made.kill_all()
        process.communicate()
