"""Drills: a worker or the signer is killed while it notifies, delivers or signs.

It is held while it writes the row, when nothing may be left, and while it commits. Then
the same messages come again to another worker, each of them twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Role
from accounts.runner import due_mails
from audit.models import Event
from partners.actions.cursors import open_cursor
from partners.event_consumer import NOTICES
from partners.models import (
    Digest,
    Notice,
    WebhookDelivery,
)
from partners.webhook_runner import endpoints_due
from progress.actions.clearance import submit_entry
from progress.models import Checkpoint
from reports.models import Report, ReportManifest
from tests.factories import make_entry, make_user, member_commitment_of
from tests.g7plan.drills.holding import COMMITTING, WRITING, held
from tests.g7plan.drills.processes import Starter
from tests.g7plan.drills.queues import Queues
from tests.jobs.trial import Trial
from tests.reports.workers import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "signer"]),
    pytest.mark.enable_socket,
]
SECOND = timedelta(seconds=1)


@pytest.fixture
def trial(plan, stocktake, coordinator, made_up_reports, receiver) -> Trial:
    return Trial(plan, stocktake, coordinator)


def a_submission(trial: Trial) -> list[str]:
    """The head has not been notified yet."""
    head = make_user(Role.HEAD, member="JP", name="Head")
    open_cursor(name=NOTICES, at=trial.now - timedelta(hours=1))
    owed = member_commitment_of(trial.plan, "1.1.1", "JP")
    entry = make_entry(owed, by=trial.officer, stocktake=trial.stocktake)
    submit_entry(
        entry_id=entry.pk, version=entry.version, by=trial.officer, at=timezone.now()
    )
    assert head.is_active
    return []


def a_publication(trial: Trial) -> list[str]:
    trial.changed_for_webhook()
    return []


def a_delivery(trial: Trial) -> list[str]:
    return [str(trial.delivery().pk)]


def a_digest(trial: Trial) -> list[str]:
    return [str(trial.digest().pk)]


def a_record(trial: Trial) -> list[str]:
    trial.published()
    return []


def a_report(trial: Trial) -> list[str]:
    trial.unsigned_report()
    return []


def notices() -> int:
    return Notice.objects.filter(kind="clearance").count()


def checkpoints() -> int:
    told = Event.objects.filter(verb="ledger.checkpoint").count()
    assert told <= 1
    return Checkpoint.objects.count()


def delivered() -> int:
    return WebhookDelivery.objects.filter(state="delivered").count()


def leases_end() -> None:
    """Let the time pass after which another worker may take up the work."""
    past = timezone.now() - SECOND
    for model in (Report, Digest, WebhookDelivery):
        held_rows: Any = model._default_manager.exclude(lease_ends_at=None)
        held_rows.update(lease_ends_at=past)


@dataclass(frozen=True)
class Work:
    """What one process does, the row that it writes, and how it is counted."""

    waits: Callable[[Trial], list[str]]
    task: str
    table: str
    done: Callable[[], int]
    condition: str = "true"
    # Whether the work is done once this row is committed.
    is_end: bool = True
    signs: bool = False


WORK = {
    "submit": Work(
        a_submission, "partners.tasks.read_events", "partners_notice", notices
    ),
    "publish": Work(
        a_publication,
        "partners.tasks.read_webhook_changes",
        "partners_webhookdelivery",
        WebhookDelivery.objects.count,
    ),
    "deliver: claimed": Work(
        a_delivery,
        "partners.tasks.send_webhook",
        "partners_webhookattempt",
        delivered,
        "NEW.ended_at IS NULL",
        is_end=False,
    ),
    "deliver: answered": Work(
        a_delivery,
        "partners.tasks.send_webhook",
        "partners_webhookattempt",
        delivered,
        "NEW.status = 204",
    ),
    "sign the ledger": Work(
        a_record,
        "progress.tasks.sign_ledger",
        "progress_checkpoint",
        checkpoints,
        signs=True,
    ),
    "sign a report": Work(
        a_report,
        "reports.tasks.sign_reports",
        "reports_reportmanifest",
        ReportManifest.objects.count,
        signs=True,
    ),
}


def start(processes: Starter, work: Work) -> int:
    return processes.signer() if work.signs else processes.worker()


def kill_during(
    processes: Starter, queue: Queues, work: Work, arguments: list[str], moment: str
) -> None:
    with held(work.table, moment, work.condition) as hold:
        queue.send(work.task, *arguments)
        pid = start(processes, work)
        assert hold.is_reached(), processes.log.read_text()
        processes.kill(pid)
        hold.release()


def look_again() -> None:
    """Put back what was lost, as the sweep of webhooks does, and let it be due."""
    endpoints_due(timezone.now())
    WebhookDelivery.objects.filter(state="waiting").update(due_at=timezone.now())


def end_twice(
    processes: Starter, queue: Queues, work: Work, arguments: list[str]
) -> None:
    """Let another process get the message twice, and end what it finds."""
    leases_end()
    look_again()
    for _time in range(2):
        queue.send(work.task, *arguments)
    start(processes, work)
    assert wait_until(queue.is_idle, 60, 0.05), processes.log.read_text()


@pytest.mark.parametrize("moment", [WRITING, COMMITTING])
@pytest.mark.parametrize("name", WORK)
def test_what_a_killed_process_was_doing_is_done_once(
    name, moment, trial, processes, queue, receiver
):
    work = WORK[name]
    arguments = work.waits(trial)
    kill_during(processes, queue, work, arguments, moment)
    assert work.done() == (moment == COMMITTING and work.is_end)
    end_twice(processes, queue, work, arguments)
    assert work.done() == 1
    # A receiver that was asked by the killed process gets the same id again.
    assert len(set(receiver.ids)) == name.startswith("deliver")
    again = name == "deliver: answered" and moment == WRITING
    assert len(receiver.ids) == name.startswith("deliver") + again


# When the process is killed, what the row says in the end, and the mails.
# One killed in between is in tests/partners/test_worker_killed.py.
MAILS = [
    ("NEW.state = 'sending'", "unknown", 0),
    ("NEW.state = 'sent'", "sent", 1),
]


@pytest.mark.parametrize(("condition", "state", "mails"), MAILS)
def test_a_mail_of_a_killed_worker_is_sent_once_at_most(
    condition, state, mails, trial, processes, queue, mailer, signed_in,
    administrator,
):  # fmt: skip
    work = Work(
        a_digest, "partners.tasks.send_digest", "partners_digest", int, condition
    )
    arguments = work.waits(trial)
    kill_during(processes, queue, work, arguments, COMMITTING)
    leases_end()
    due_mails(Digest, timezone.now())  # as its sweep does
    end_twice(processes, queue, work, arguments)
    assert (Digest.objects.get().state, mailer.mails) == (state, mails)
    said = "It is not known whether the mail server took it" in jobs_page(
        signed_in(administrator)
    )
    assert said == (state == "unknown")


def jobs_page(administrator: Any) -> str:
    return str(administrator.get("/jobs/").text)
