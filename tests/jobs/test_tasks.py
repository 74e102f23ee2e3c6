"""Tests of every task when its message comes twice, at once, or after a lost worker.

The tasks are those that Celery knows. A new task fails here until `trial.py` knows how
to make work for it, and how to recognise that the work is done.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections

from accounts.actions.mail_jobs import claim_mail
from accounts.models import ApiKeyUse, NewDeviceMail
from g7plan.celery import app
from partners.actions.webhook_deliveries import claim_delivery
from partners.models import Digest
from progress.actions.link_checks import claim_link_check
from progress.actions.scans import claim_scan
from progress.models import Checkpoint, LinkCheck
from reports.actions.work import claim_report
from reports.models import ReportManifest
from tests.jobs.trial import (
    Trial,
    checked_links,
    deleted_answers,
    deleted_deliveries,
    deleted_key_uses,
    deleted_objects,
    deleted_sheets,
    dossiers,
    ended_roles,
    finished_reports,
    forgotten_sessions,
    mails,
    new_deliveries,
    run,
    scanned_files,
    scheduled_drafts,
    sent_deliveries,
    told,
)
from tests.tables import changed_tables, hashes_of_tables


@dataclass(frozen=True)
class Work:
    """How to make work for a task, and how to count what is done."""

    waits: Callable[["Trial"], list[str]]
    done: Callable[[], int]
    # Tables that say when a task last looked, whether it found work or not.
    looked: Collection[str] = ()


def one(make: Callable[[Trial], Any]) -> Callable[[Trial], list[str]]:
    """The arguments of a task that is given the row to look at."""
    return lambda trial: [str(make(trial).pk)]


def none(make: Callable[[Trial], Any]) -> Callable[[Trial], list[str]]:
    """The arguments of a task that finds its rows itself: none."""

    def waits(trial: Trial) -> list[str]:
        make(trial)
        return []

    return waits


# Signing has a connection of its own, which sees only what is committed.
SIGNING = pytest.mark.django_db(transaction=True, databases=["default", "signer"])

WORK = {
    "reports.tasks.compile_report": Work(one(Trial.report), finished_reports),
    "reports.tasks.render_dossier": Work(Trial.dossier, dossiers),
    "reports.tasks.sweep_reports": Work(none(Trial.report), finished_reports),
    "reports.tasks.run_schedules": Work(none(Trial.due_schedule), scheduled_drafts),
    "accounts.tasks.send_new_device_mail": Work(one(Trial.new_device_mail), mails),
    "accounts.tasks.sweep_new_device_mails": Work(none(Trial.new_device_mail), mails),
    "accounts.tasks.end_passed_roles": Work(none(Trial.ended_role), ended_roles),
    "accounts.tasks.tidy_sign_ins": Work(none(Trial.lost_session), forgotten_sessions),
    "accounts.tasks.store_key_uses": Work(none(Trial.key_use), ApiKeyUse.objects.count),
    "accounts.tasks.delete_old_key_uses": Work(
        none(Trial.old_key_use), deleted_key_uses
    ),
    "accounts.tasks.delete_idempotency_keys": Work(
        none(Trial.old_answer), deleted_answers
    ),
    "partners.tasks.read_events": Work(none(Trial.event), told),
    "partners.tasks.remind_by_calendar": Work(none(Trial.past_deadline), told),
    "partners.tasks.make_digests": Work(none(Trial.notice), Digest.objects.count),
    "partners.tasks.send_digest": Work(one(Trial.digest), mails),
    "partners.tasks.sweep_digests": Work(none(Trial.digest), mails),
    "partners.tasks.read_webhook_changes": Work(
        none(Trial.changed_for_webhook),
        new_deliveries,
        looked={"partners_webhookendpoint"},
    ),
    "partners.tasks.send_webhook": Work(one(Trial.delivery), sent_deliveries),
    "partners.tasks.send_webhooks": Work(one(Trial.webhook_due), sent_deliveries),
    "partners.tasks.sweep_webhooks": Work(none(Trial.delivery), sent_deliveries),
    "partners.tasks.delete_old_webhook_deliveries": Work(
        none(Trial.old_delivery), deleted_deliveries
    ),
    "progress.tasks.check_link": Work(one(Trial.link), checked_links),
    "progress.tasks.sweep_link_checks": Work(none(Trial.link), checked_links),
    "progress.tasks.find_links": Work(none(Trial.published), LinkCheck.objects.count),
    "progress.tasks.scan_file": Work(one(Trial.scan), scanned_files),
    "progress.tasks.sweep_scans": Work(none(Trial.scan), scanned_files),
    "progress.tasks.delete_old_sheets": Work(none(Trial.old_sheet), deleted_sheets),
    "progress.tasks.sign_ledger": Work(lambda _trial: [], Checkpoint.objects.count),
    "reports.tasks.delete_orphaned_objects": Work(none(Trial.orphan), deleted_objects),
    "reports.tasks.sign_reports": Work(
        none(Trial.unsigned_report), ReportManifest.objects.count
    ),
}


def test_every_task_is_here():
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == set(WORK)


@SIGNING
@pytest.mark.parametrize("name", WORK)
def test_a_task_that_comes_twice_does_its_work_once(name, trial):
    work = WORK[name]
    arguments = work.waits(trial)
    assert work.done() == 0
    run(name, arguments)
    assert work.done() == 1
    before = hashes_of_tables(but=work.looked)
    run(name, arguments)
    assert work.done() == 1
    assert not changed_tables(before, hashes_of_tables(but=work.looked))


@SIGNING
@pytest.mark.parametrize("name", WORK)
def test_a_task_that_comes_at_once_to_several_workers_does_its_work_once(name, trial):
    work, start = WORK[name], threading.Barrier(3)
    arguments = work.waits(trial)
    broken: list[BaseException] = []

    def worker() -> None:
        try:
            start.wait()
            run(name, arguments)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            broken.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=worker) for _number in range(3)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()
    assert broken == []
    assert work.done() == 1


# ---- A lost worker -------------------------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """Work that a worker claimed and then never finished."""

    waits: Callable[[Trial], Any]
    claim: Callable[[Any, datetime], object]
    sweep: str
    done: Callable[[], int]
    # A report, a visit or a webhook's notification is made again. A mail may have gone:
    # see ADR 0006.
    done_later: int


LOST = {
    "report": Lost(
        Trial.report,
        lambda row, at: claim_report(report_id=row.pk, at=at),
        "reports.tasks.sweep_reports",
        finished_reports,
        1,
    ),
    "link": Lost(
        Trial.link,
        lambda row, at: claim_link_check(evidence_id=row.pk, at=at),
        "progress.tasks.sweep_link_checks",
        checked_links,
        1,
    ),
    "scan": Lost(
        Trial.scan,
        lambda row, at: claim_scan(evidence_id=row.pk, at=at),
        "progress.tasks.sweep_scans",
        scanned_files,
        1,
    ),
    "webhook": Lost(
        Trial.delivery,
        lambda row, at: claim_delivery(delivery_id=row.pk, at=at),
        "partners.tasks.sweep_webhooks",
        sent_deliveries,
        1,
    ),
    "new device": Lost(
        Trial.new_device_mail,
        lambda row, at: claim_mail(NewDeviceMail, mail_id=row.pk, at=at),
        "accounts.tasks.sweep_new_device_mails",
        mails,
        0,
    ),
    "digest": Lost(
        Trial.digest,
        lambda row, at: claim_mail(Digest, mail_id=row.pk, at=at),
        "partners.tasks.sweep_digests",
        mails,
        0,
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_what_a_lost_worker_held_is_let_go_when_its_lease_ends(name, trial):
    lost = LOST[name]
    row = lost.waits(trial)
    assert lost.claim(row, trial.now) is not None
    run(lost.sweep, [])
    assert lost.done() == 0  # it may still be at it
    for minutes in (6, 7):
        with time_machine.travel(trial.now + timedelta(minutes=minutes)):
            run(lost.sweep, [])
    assert lost.done() == lost.done_later
    row.refresh_from_db()
    assert lost.done_later or row.state == "unknown"
