"""Tests of the ids that connect the lines of the log, from a request to its tasks."""

import json
import logging
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from celery import current_app
from gunicorn.config import Config
from kombu import Connection
from structlog.contextvars import bound_contextvars, clear_contextvars, get_contextvars

from g7plan.celery import bind_ids, give_back_connections
from g7plan.web_server import QuietLogger

TASK = "partners.tasks.send_webhook"


@pytest.fixture(autouse=True)
def no_ids():
    clear_contextvars()
    yield
    clear_contextvars()


def sent():
    """Send a task, and return the message that a worker would get."""
    with Connection("memory://") as connection, connection.SimpleQueue("celery") as row:
        current_app.send_task(TASK, ("1",), connection=connection, queue="celery")
        message = row.get(timeout=5)
        message.ack()
    return message


def ran(headers, *, is_eager=False):
    """Begin a task of that message, and return the ids of its lines."""
    request = SimpleNamespace(is_eager=is_eager, **headers)
    bind_ids(sender=SimpleNamespace(name=TASK, request=request), task_id="t")
    return get_contextvars()


def test_a_task_has_the_id_of_the_request_that_sent_it():
    with bound_contextvars(request_id="r1"):
        headers = sent().headers
    assert headers["request_id"] == "r1"
    ids = {"task": TASK, "task_id": "t", "request_id": "r1"}
    assert ran({"request_id": headers["request_id"]}) == ids
    assert sent().headers["request_id"] == "r1"  # also of what this task sends


def test_a_task_of_no_request_has_its_own_id_alone():
    assert "request_id" not in sent().headers
    assert ran({}) == {"task": TASK, "task_id": "t"}


@pytest.mark.django_db
def test_the_next_task_has_no_id_of_the_one_before():
    ran({"request_id": "r1"})
    sender = SimpleNamespace(request=SimpleNamespace(is_eager=False))
    give_back_connections(sender=sender)
    assert get_contextvars() == {}


def test_a_task_that_runs_within_a_request_changes_none_of_its_ids():
    with bound_contextvars(request_id="r1"):
        assert ran({}, is_eager=True) == {"request_id": "r1"}


@pytest.fixture
def line_of(monkeypatch):
    """Write the line of one request, as the web server does, and return it."""
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", "%(m)s %({LOGGED_PATH}e)s %(s)s %(M)s ms")

    def write(production):
        monkeypatch.setenv("PRODUCTION", production)
        for name in ("gunicorn.access", "gunicorn.error"):  # pytest adds its own
            monkeypatch.setattr(logging.getLogger(name), "handlers", [])
        logger = QuietLogger(config)
        written = StringIO()
        for handler in logger.access_log.handlers:
            monkeypatch.setattr(handler, "stream", written)
        answer = SimpleNamespace(
            status="200 OK", status_code=200, sent=5, headers=[("X-Request-ID", "r1")]
        )
        asked = {
            "REQUEST_METHOD": "GET",
            "LOGGED_PATH": "/a",
            "RAW_URI": "/a?q=no",
            "SERVER_PROTOCOL": "HTTP/1.1",
        }
        request = SimpleNamespace(headers=[("COOKIE", "no")])
        logger.access(answer, request, asked, timedelta(milliseconds=12))
        return written.getvalue()

    return write


def test_in_production_the_web_server_writes_each_request_as_json(line_of):
    line = json.loads(line_of("1"))
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request", "level": "info", "method": "GET", "path": "/a",
        "status": 200, "ms": 12, "request_id": "r1",
    }  # fmt: skip


def test_in_a_trial_it_writes_a_line_for_people(line_of):
    assert line_of("0") == "GET /a 200 12 ms\n"
