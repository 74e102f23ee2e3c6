"""Tests of the log: it shows where an error was, and no text that a person wrote."""

import logging
import os
import subprocess
import sys
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from celery.beat import SchedulingError
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from kombu.exceptions import OperationalError as BrokerError
from kombu.transport.redis import Channel
from redis.exceptions import ConnectionError as QueueConnectionError
from redis.exceptions import ResponseError

from audit.models import PeriodicRun
from g7plan.logs import without_queries

MISTAKE = """
import logging
import os

import django
import structlog

os.environ["DJANGO_SETTINGS_MODULE"] = "g7plan.settings"
django.setup()


def fail():
    password = "correct horse " + "battery"
    raise RuntimeError("mistake")


for log in (logging.getLogger("django.request"), structlog.get_logger("api")):
    try:
        fail()
    except RuntimeError as error:
        log.error("said", exc_info=error)
"""
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k" * 50,
    "LEDGER_PUBLIC_KEY": "0" * 64,
    "DATABASE_URL": "postgresql://app@127.0.0.1:1/g7plan",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "g7plan.example",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}


@pytest.mark.long
@pytest.mark.parametrize("variables", [PRODUCTION, {}], ids=["production", "trial"])
def test_a_traceback_names_places_and_no_values(variables, tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", MISTAKE],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    assert said.count("in fail") == 2
    assert said.count("RuntimeError: mistake") == 2
    assert "correct horse battery" not in said


@pytest.fixture
def console(monkeypatch):
    """What the product's own handler writes."""
    [handler] = [h for h in logging.getLogger().handlers if h.name == "console"]
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "error", "status"),
    [
        ("testserver", PermissionDenied("no"), 403),
        ("testserver", OperationalError("gone"), 503),
        ("evil.example", None, 400),
    ],
)
def test_a_refused_request_is_one_sentence_in_the_log(
    officer_jp, monkeypatch, console, host, error, status
):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr("g7plan.views.administration_of", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(officer_jp)
    answer = browser.get("/?q=goshawk", headers={"host": host})
    said = console.getvalue()
    assert answer.status_code == status
    assert said
    assert "Traceback" not in said
    assert "goshawk" not in said


@pytest.mark.django_db
def test_an_error_of_ours_keeps_its_traceback(officer_jp, monkeypatch, console):
    def fail(*_arguments):
        raise RuntimeError("mistake")

    monkeypatch.setattr("g7plan.views.administration_of", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(officer_jp)
    assert browser.get("/").status_code == 500
    assert "RuntimeError: mistake" in console.getvalue()


def raises(error):
    def fail():
        raise error

    return fail


def beat_cannot_send():
    try:
        raises(BrokerError("Connection refused."))()
    except BrokerError:
        raise SchedulingError("Couldn't apply scheduled task x")  # noqa: B904


def client_fails_at_a_lost_connection():
    """Two of kombu's channels lose it at once, and the second has none to ask."""
    channel: Any = Channel.__new__(Channel)
    channel.connection = SimpleNamespace(client=None)
    try:
        raises(QueueConnectionError("Connection refused."))()
    except QueueConnectionError:
        channel._connparams()


def we_fail_at_a_lost_connection():
    try:
        raises(QueueConnectionError("Connection refused."))()
    except QueueConnectionError:
        raise RuntimeError("mistake")  # noqa: B904


@pytest.mark.parametrize(
    ("fail", "is_shown"),
    [
        (beat_cannot_send, False),
        (client_fails_at_a_lost_connection, False),
        (we_fail_at_a_lost_connection, True),
        (raises(BrokerError("Connection refused.")), False),
        (raises(QueueConnectionError("Connection refused.")), False),
        (raises(ConnectionResetError("reset")), False),
        (raises(OperationalError("gone\n\tIs the server running?")), False),
        (raises(SchedulingError("mistake")), True),
        (raises(ResponseError("WRONGTYPE")), True),
        (raises(RuntimeError("mistake")), True),
    ],
)
@pytest.mark.parametrize("name", ["celery", "structlog"])
def test_a_service_that_is_away_is_one_sentence_in_the_log(
    console, fail, is_shown, name
):
    """Celery quotes its own stack in the text, too."""
    logger = structlog.get_logger("x") if name == "structlog" else logging.getLogger()
    try:
        fail()
    except Exception:
        logger.exception("Message Error: no\n['  File \"beat.py\"']")
    said = console.getvalue()
    assert "Message Error" in said
    assert ("Traceback" in said) is is_shown
    if not is_shown and name == "celery":
        assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (("Invalid request from ip=%s: %s", "127.0.0.1", "GET /people/?q=Łukasz K"),
         "Invalid request from ip=127.0.0.1: GET /people/?... K"),
        (("Referer checking failed - https://g7.example/x/?q=goshawk does not match.",),
         "Referer checking failed - https://g7.example/x/?... does not match."),
        (("Not Found: /plans/",), "Not Found: /plans/"),
    ],
)  # fmt: skip
def test_a_line_of_the_log_holds_no_search_words(message, shown):
    text, *values = message
    line = logging.LogRecord("x", logging.WARNING, "", 0, text, tuple(values), None)
    assert without_queries(line) is True
    assert line.getMessage() == shown


@pytest.mark.django_db
@pytest.mark.parametrize("is_task", [False, True])
def test_an_error_of_the_database_is_named_without_the_row(console, now, is_task):
    """PostgreSQL quotes the row that breaks a constraint, which may be a draft."""
    log = logging.getLogger("celery.app.trace" if is_task else "django.request")
    run = PeriodicRun(task="gos" + "hawk", done_at=now)
    run.save(force_insert=True)
    with pytest.raises(IntegrityError, match="goshawk") as raised, transaction.atomic():
        run.save(force_insert=True)
    error = raised.value
    log.error("Failed: %s", repr(error) if is_task else error, exc_info=error)
    said = console.getvalue()
    assert "goshawk" not in said
    assert "IntegrityError: SQLSTATE 23505 audit_periodicrun_pkey" in said
    assert "This led to:" in said
    assert "Failed:" in said
