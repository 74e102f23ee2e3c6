"""Tests with real processes: SIGTERM loses nothing, and the ids are in every log."""

import http.client
import json
import os
import signal
import socketserver
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from threading import Event, Thread
from typing import Any

import pytest
from django.utils import timezone
from redis import Redis
from structlog.contextvars import bound_contextvars

from accounts.enqueue import enqueue_soon
from accounts.models import NewDeviceMail
from g7plan.queues import MAIL
from tests.g7plan.test_logs import PRODUCTION
from tests.ports import free_port
from tests.reports.workers import CELERY, wait_until
from tests.source_files import ROOT

pytestmark = [pytest.mark.long, pytest.mark.enable_socket]
SLOW = "tests.g7plan.operation.slow_application:application"


@contextmanager
def running(command, log, **variables):
    """Run a process of its own, with its log in a file. It is killed at the end."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ask(port: int, path: str) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as asking:
        asking.request("GET", path)
        answer = asking.getresponse()
        return answer.status, answer.read()


def answers(port: int, path: str) -> bool:
    try:
        return ask(port, path)[0] == 200
    except OSError:
        return False


def lines_of(log):
    """Return the events of a log. Celery also greets and says goodbye in plain text."""
    lines = log.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_a_web_server_answers_what_it_began_and_its_metrics_end_with_it(tmp_path):
    port, metrics = free_port(), free_port()
    log, release = tmp_path / "web.log", tmp_path / "release"
    command = [
        sys.executable, "-m", "gunicorn", SLOW, "--config", "python:g7plan.web_server",
        "--workers", "1", "--bind", f"127.0.0.1:{port}",
    ]  # fmt: skip
    given = {"METRICS_PORT": str(metrics), "RELEASE": str(release), "PRODUCTION": "1"}
    with running(command, log, **given) as process:
        assert wait_until(lambda: answers(port, "/healthz"), 240, 0.1)
        assert wait_until(lambda: answers(metrics, "/metrics"), 240, 0.1)
        told: list[tuple[int, bytes]] = []
        asking = Thread(target=lambda: told.append(ask(port, "/slow")))
        asking.start()
        assert wait_until(lambda: release.with_suffix(".asked").exists(), 60, 0.05)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None  # it waits for the answer
        release.touch()
        asking.join(60)
        assert told == [(200, b"whole")]
        assert process.wait(60) == 0
    assert not answers(metrics, "/metrics")
    requests = [line for line in lines_of(log) if line["event"] == "request"]
    assert requests[-1]["path"] == "/slow"
    assert requests[-1]["request_id"] == "r1"


@pytest.mark.django_db(transaction=True)
def test_the_ports_of_metrics_are_served_by_processes_of_their_own(tmp_path):
    """One tells what the web processes count, and one the state of the system."""
    port, counted, state = free_port(), free_port(), free_port()
    web = [
        sys.executable, "-m", "gunicorn", "g7plan.wsgi", "--config",
        "python:g7plan.web_server", "--workers", "2", "--bind", f"127.0.0.1:{port}",
    ]  # fmt: skip
    serve = [sys.executable, "manage.py", "serve_metrics"]
    with (
        running(web, tmp_path / "web.log", METRICS_PORT=str(counted)) as server,
        running(serve, tmp_path / "state.log", METRICS_PORT=str(state)) as metrics,
    ):
        assert wait_until(lambda: answers(port, "/healthz"), 240, 0.1)
        told = ask(counted, "/metrics")[1].decode()
        assert 'g7plan_request_seconds_count{route="healthz"}' in told
        assert wait_until(lambda: answers(state, "/metrics"), 240, 0.1)
        assert b"g7plan_database_answers 1.0" in ask(state, "/metrics")[1]
        for process in (metrics, server):
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


class RefusesLate(socketserver.StreamRequestHandler):
    """A mail server that takes its time, and then takes no mail."""

    timeout = 60

    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            if line.strip().upper()[:4] == b"RCPT":
                server.asked.set()
                server.released.wait(60)
                self.wfile.write(b"451 later\r\n")
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def mail_server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), RefusesLate) as server:
        server.daemon_threads = True
        server.asked, server.released = Event(), Event()  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_worker_ends_its_task_and_leaves_the_next_one(
    tmp_path, officer_jp, mail_server, settings
):
    """The ids of the request that sent the task are in the lines of the worker."""
    at = timezone.now()
    mails = [
        NewDeviceMail.objects.create(user=officer_jp, signed_in_at=at, due_at=at)
        for _number in range(2)
    ]
    log = tmp_path / "worker.log"
    command = [*CELERY, "--quiet", "worker", "--queues", MAIL, "--concurrency", "1"]
    given = {
        **PRODUCTION,
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "DATABASE_OWNER_URL": "",
        "DATABASE_SIGNER_URL": "",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_server.server_address[1]}",
        "PROCESS": "worker",
        "PYTHONWARNINGS": "ignore",  # Celery's, if root runs the tests
    }
    with running([*command, "--loglevel", "INFO"], log, **given) as process:
        with bound_contextvars(request_id="r1"):
            for mail in mails:
                enqueue_soon("accounts.tasks.send_new_device_mail", mail.pk)
        assert mail_server.asked.wait(120)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None  # it waits for the mail server
        mail_server.released.set()
        assert process.wait(120) == 0
    tried = NewDeviceMail.objects.values_list("attempts", "state")
    assert sorted(tried) == [(0, "waiting"), (1, "waiting")]
    with Redis.from_url(settings.CELERY_BROKER_URL) as queue:
        assert queue.llen(MAIL) == 1
        queue.delete(MAIL)
    [line] = [line for line in lines_of(log) if line.get("job_id")]
    assert (line["event"], line["request_id"]) == ("mail_not_sent", "r1")
    assert line["task"] == "accounts.tasks.send_new_device_mail"
    assert line["task_id"]


def test_beat_ends_at_once(tmp_path):
    log = tmp_path / "beat.log"
    command = [
        *CELERY,
        "beat",
        "--schedule",
        str(tmp_path / "beat"),
        "--pidfile=",
        "--loglevel",
        "INFO",
    ]
    with running(command, log, PROCESS="worker") as process:
        assert wait_until(lambda: "beat: Starting" in log.read_text("utf-8"), 240, 0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
