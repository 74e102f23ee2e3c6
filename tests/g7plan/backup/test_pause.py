"""Tests of the pause after a restore: who comes in, and what waits."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.backends import find_api_key, find_service_reader
from accounts.mail import Delivery, send_invitation
from accounts.models import Scope
from accounts.tasks import tidy_sign_ins
from audit.models import PeriodicRun, SystemPause
from audit.stored_files import keep_bytes
from g7plan.celery import app
from g7plan.recorded_task import HELD
from reports.tasks import delete_orphaned_objects
from tests.accounts.signed_in import client_of
from tests.api.conftest import store_key
from tests.factories import PASSWORD
from tests.g7plan.backup.conftest import told_by
from tests.g7plan.files.stand_in import storage  # noqa: F401 - a fixture
from tests.partners.feeds.conftest import address_of  # noqa: F401 - a fixture

DATABASES = ["default", "owner"]
pytestmark = pytest.mark.django_db(transaction=True, databases=DATABASES)
NOTICE = "The system was restored from a backup."


@pytest.fixture
def paused(members):
    """Pauses the system as after a restore by PostgreSQL's own tools."""

    def pause():
        told_by("pause_restored", "--backup-at", "2017-05-20T12:00")
        return SystemPause.objects.in_force().get()

    return pause


def sign_in(client, person):
    data = {"login": person.email, "password": PASSWORD}
    return client.post(reverse("account_login"), data)


def test_only_administrators_come_in(client, paused, officer_jp, administrator):
    paused()
    assert NOTICE in client.get(reverse("account_login")).text
    refused = sign_in(client, officer_jp)
    assert refused.status_code == 503
    assert "only administrators can sign in" in refused.text
    assert client.get("/").status_code == 302
    # A session that came about in another way does not help.
    assert client_of(officer_jp).get("/").status_code == 302
    assert sign_in(client, administrator).status_code == 302
    assert NOTICE in client.get(reverse("accounts:me")).text


def test_no_key_or_feed_works_that_was_made_in_the_pause(
    client,
    plan,
    paused,
    officer_jp,
    address_of,  # noqa: F811
):
    paused()
    key, token = store_key(Scope.READ_GREEN)
    now = timezone.now()
    assert find_api_key(token, now) is None
    assert find_service_reader(key.user_id, now) is None
    assert client.get(address_of(officer_jp, "changes")).status_code == 404
    SystemPause.objects.using("owner").update(
        erasures_at=now, ended_at=now, ended_by="A. Clerk"
    )
    assert find_api_key(token, now) == key


def test_no_task_runs_and_no_mail_is_sent(paused, officer_jp):
    paused()
    app.loader.import_default_modules()
    tasks = [task for name, task in app.tasks.items() if ".tasks." in name]
    assert len(tasks) > 15
    assert {task() for task in tasks} == {HELD}
    assert not PeriodicRun.objects.exists()
    assert send_invitation(officer_jp) is Delivery.NOT_TAKEN
    assert mail.outbox == []


def test_the_sweep_deletes_no_object_in_the_pause(paused, storage):  # noqa: F811
    """To an old backup, the objects of all newer files are orphans."""
    name = keep_bytes(b"a newer file").object_key
    storage.age(name, timedelta(days=2))
    paused()
    held: object = delete_orphaned_objects()
    assert held == HELD
    assert name in storage.names()
    SystemPause.objects.using("owner").update(
        erasures_at=timezone.now(), ended_at=timezone.now(), ended_by="A. Clerk"
    )
    delete_orphaned_objects()
    assert name not in storage.names()


def test_a_held_task_is_not_recorded_as_done(paused):
    paused()
    task = tidy_sign_ins
    task.on_success(HELD, "an id", (), {})
    assert not PeriodicRun.objects.exists()
    task.on_success(None, "an id", (), {})
    assert PeriodicRun.objects.get().task == task.name


def test_the_application_can_neither_begin_nor_end_a_pause(paused):
    pause = paused()
    for statement in (
        f"UPDATE audit_systempause SET ended_at = now() WHERE id = '{pause.pk}'",
        "DELETE FROM audit_systempause",
        "TRUNCATE audit_systempause",
        "INSERT INTO audit_systempause SELECT * FROM audit_systempause",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            connection.cursor().execute(statement)


def test_a_second_restore_replaces_the_pause_of_the_first(paused):
    first, second = paused(), paused()
    first.refresh_from_db()
    assert first.ended_at is not None
    assert first.pk != second.pk
    assert second.backup_at - first.backup_at == timedelta()
