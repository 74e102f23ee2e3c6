"""Tests of tasks without the broker: each button answers, and no work is lost."""

import ast
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.models import NewDeviceMail, Role, Scope
from accounts.second_factors.rules import SHOWN
from audit.models import PeriodicRun
from g7plan.celery import app
from partners.webhooks.rights import find_webhook_reader
from reports.actions.finals import approve_final
from reports.models import Report
from tests.accounts.factors.conftest import give_app
from tests.accounts.signed_in import client_of
from tests.api.conftest import client_with, store_key
from tests.factories import PASSWORD, make_entry, make_user, member_commitment_of
from tests.jobs.broker import forget_connections
from tests.jobs.test_tasks import WORK
from tests.jobs.trial import (
    LONG_AGO,
    Trial,
    finished_reports,
    mails,
    run,
    scanned_files,
    sent_deliveries,
)
from tests.progress.attaching import sent, text_file
from tests.reports.circulation.circulations import circulate, make_draft
from tests.source_files import ROOT, tracked

# Seconds. Without our time limits, a silent broker costs more than a minute; with them,
# less than one second. The rest is for a machine that is busy with other tests.
PATIENCE = 5


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections. It is kept, so that no other process gets it."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


@contextmanager
def silent_port() -> Iterator[int]:
    """A server listens, and never answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield silent.getsockname()[1]


@dataclass(frozen=True)
class Button:
    """A button, the work that it leaves waiting, and the sweep that finds it."""

    press: Callable[[Trial, Client], int]
    sweep: str
    done: Callable[[], int]


def press(client: Client, url: str, sent: dict[str, Any] | None = None) -> int:
    client.get("/")  # what a first page costs is not the broker's doing
    started = time.monotonic()
    status: int = client.post(url, sent or {}).status_code
    assert time.monotonic() - started < PATIENCE
    return status


def ask_for_a_report(_trial: Trial, client: Client) -> int:
    return press(
        client,
        "/reports/new/stocktake/",
        {"plan": "test-plan", "audience": "green", "layout": "full", "language": "en"},
    )


def ask_for_a_report_by_api(_trial: Trial, client: Client) -> int:
    body = {"plan": "test-plan", "kind": "stocktake", "audience": "green"}
    client.get("/")
    started = time.monotonic()
    answer = client.post("/api/v1/reports/", body, "application/json")
    assert time.monotonic() - started < PATIENCE
    assert answer.status_code == 202
    return 302


def ping_a_webhook(trial: Trial, _client: Client) -> int:
    key, token = store_key(Scope.READ_GREEN, Scope.MANAGE_WEBHOOKS)
    client = client_with(token)
    endpoint = trial.webhook(find_webhook_reader(key.user_id, trial.now))
    client.get("/api/v1/plans/")
    started = time.monotonic()
    answer = client.post(
        f"/api/v1/webhooks/{endpoint.pk}/ping/", {}, "application/json"
    )
    assert time.monotonic() - started < PATIENCE
    assert answer.status_code == 202
    return 302


def retry_a_report(trial: Trial, client: Client) -> int:
    report = trial.report()
    Report.objects.update(state="failed", finished_at=trial.now)
    return press(client, f"/reports/{report.pk}/retry/")


def approve_a_draft(trial: Trial, client: Client) -> int:
    """The second approval: the final report is to be compiled."""
    draft = make_draft(trial.plan, by=trial.coordinator)
    circulate(draft, by=trial.coordinator)
    colleague = make_user(
        Role.COORDINATOR, member=trial.coordinator.member.code, name="Colleague"
    )
    approve_final(report_id=draft.pk, by=colleague, at=trial.now)
    return press(client, f"/reports/{draft.pk}/final/")


def finished_finals() -> int:
    return Report.objects.filter(final_of__isnull=False, state="done").count()


def sign_in_by_a_new_browser(trial: Trial, client: Client) -> int:
    person = {"login": trial.officer.email, "password": PASSWORD}
    first = Client().post("/accounts/login/", person)
    assert first.status_code == 302
    return press(Client(), "/accounts/login/", person)


def remove_a_second_factor(trial: Trial, client: Client) -> int:
    give_app(trial.officer)
    NewDeviceMail.objects.all().delete()  # that it was added
    browser = client_of(trial.officer)
    session = browser.session
    session[SHOWN] = Authenticator.Type.TOTP
    session.save()
    row = Authenticator.objects.get(user=trial.officer, type=Authenticator.Type.TOTP)
    return press(browser, f"/accounts/second-factors/{row.pk}/remove/")


def retry_a_job(trial: Trial, client: Client) -> int:
    report = trial.report()
    Report.objects.update(state="failed", finished_at=trial.now)
    administrator = Client()
    administrator.force_login(make_user(Role.ADMINISTRATOR))
    return press(administrator, f"/jobs/report/{report.pk}/retry/")


def upload_a_file(trial: Trial, _client: Client) -> int:
    owed = member_commitment_of(trial.plan, "1.2.1", "JP")
    draft = make_entry(owed, by=trial.officer, stocktake=trial.stocktake)
    officer = Client()
    officer.force_login(trial.officer)
    started = time.monotonic()
    answer = officer.post(
        f"/entries/{draft.pk}/edit/", sent(text_file(), version=1, act="upload")
    )
    assert time.monotonic() - started < PATIENCE
    assert answer.status_code == 200
    return 302


MAILS = "accounts.tasks.sweep_new_device_mails"
REPORTS = "reports.tasks.sweep_reports"
BUTTONS = {
    "reports/views/reports.py report_new_kind": Button(
        ask_for_a_report, REPORTS, finished_reports
    ),
    "api/resources/reports.py create": Button(
        ask_for_a_report_by_api, REPORTS, finished_reports
    ),
    "api/resources/webhooks/views.py answer_delivery": Button(
        ping_a_webhook, "partners.tasks.sweep_webhooks", sent_deliveries
    ),
    "reports/views/reports.py report_retry": Button(
        retry_a_report, REPORTS, finished_reports
    ),
    "reports/views/circulation.py report_approve": Button(
        approve_a_draft, REPORTS, finished_finals
    ),
    "g7plan/jobs.py retry_job": Button(retry_a_job, REPORTS, finished_reports),
    "accounts/adapter.py post_login": Button(sign_in_by_a_new_browser, MAILS, mails),
    "accounts/views/factors.py _send": Button(remove_a_second_factor, MAILS, mails),
    "progress/views/evidence.py check_soon": Button(
        upload_a_file, "progress.tasks.sweep_scans", scanned_files
    ),
}


# No row waits for a dossier: its page tells the person to request it again. That is
# tested in tests/reports/test_dossiers.py.
WITHOUT_A_ROW = {"reports/views/dossiers.py dossier_request"}


def senders() -> Iterator[str]:
    """Every function of the product that sends a task to a worker."""
    for name in tracked("*.py"):
        if name.startswith("tests/"):
            continue
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and sends_a_task(node):
                yield f"{name} {node.name}"


def sends_a_task(function: ast.FunctionDef) -> bool:
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(isinstance(f, ast.Name) and f.id == "enqueue_soon" for f in called)


@pytest.mark.long
def test_every_button_that_sends_a_task_is_here():
    assert set(senders()) == set(BUTTONS) | WITHOUT_A_ROW


@pytest.mark.enable_socket
@pytest.mark.parametrize("broker", [closed_port, silent_port])
@pytest.mark.parametrize("name", BUTTONS)
def test_without_the_broker_a_button_answers_and_the_work_is_done_later(
    name, broker, trial, signed_in, settings, django_capture_on_commit_callbacks
):
    button, client = BUTTONS[name], signed_in(trial.coordinator)
    app.conf.task_always_eager = False
    with broker() as port:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
        with django_capture_on_commit_callbacks(execute=True):
            assert button.press(trial, client) == 302
    assert button.done() == 0
    app.conf.task_always_eager = True
    # The sweep comes when the instant of the report has passed.
    asked_at = (trial.now - LONG_AGO).replace(microsecond=0)
    waiting = Report.objects.filter(state="queued")
    waiting.update(requested_at=asked_at, known_at=asked_at)
    run(button.sweep, [])
    assert button.done() == 1


# ---- Tasks that send tasks -----------------------------------------------------------

SWEEPS = [name for name in WORK if ".sweep_" in name]


def sending_tasks() -> Iterator[str]:
    """Every task that sends another one."""
    for name in tracked("*/tasks.py"):
        module = name.removesuffix(".py").replace("/", ".")
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and ".delay(" in ast.unparse(node):
                yield f"{module}.{node.name}"


def test_every_task_that_sends_a_task_is_a_sweep():
    assert set(sending_tasks()) == set(SWEEPS)


@pytest.fixture
def refusing_broker() -> Iterator[None]:
    """A broker that refuses connections, for every task that is sent."""
    retries = app.conf.task_publish_retry
    with closed_port() as port:
        address = f"redis://127.0.0.1:{port}/0"
        app.conf.update(broker_write_url=address, task_publish_retry=False)
        app.conf.task_always_eager = False
        forget_connections()
        yield
    app.conf.update(broker_write_url=None, task_publish_retry=retries)
    forget_connections()


@pytest.mark.enable_socket
@pytest.mark.parametrize("name", SWEEPS)
def test_without_the_broker_a_sweep_logs_a_sentence_and_finds_its_work_later(
    name, trial, monkeypatch, request
):
    [console] = [h for h in logging.getLogger().handlers if h.name == "console"]
    monkeypatch.setattr(console, "stream", written := StringIO())
    WORK[name].waits(trial)
    request.getfixturevalue("refusing_broker")
    app.tasks[name].apply()
    said = written.getvalue()
    assert "Connection refused" in said
    assert name in said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1
    assert WORK[name].done() == 0
    assert not PeriodicRun.objects.exists()
    app.conf.task_always_eager = True
    run(name, [])
    assert WORK[name].done() == 1
