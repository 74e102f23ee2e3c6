"""Tests of a backup that is restored: what was saved is there again, and verifies."""

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection

from audit.models import SystemPause
from g7plan.backup.archive import Backup, opened
from g7plan.backup.database import LEFT_OUT, MIGRATIONS
from g7plan.backup.drill import CHANGED_BY_RESTORE
from progress.actions.checkpoints import sign_checkpoint
from progress.models import LedgerRecord
from tests.databases import migrated_rows
from tests.factories import make_entry, member_commitment_of
from tests.g7plan.backup.conftest import destroy, last_numbers, told_by
from tests.g7plan.backup.rows import fill_every_table
from tests.g7plan.test_verify_ledger import published, verified  # noqa: F401
from tests.tables import changed_tables, hashes_of_tables

DATABASES = ["default", "owner", "signer"]
pytestmark = pytest.mark.django_db(transaction=True, databases=DATABASES)
# What a restore adds: its pause, its event, and what it says of both.
ADDED = {"audit_systempause", "audit_event"}


def test_what_was_saved_is_restored_and_verifies(published, saved, now, plan):  # noqa: F811
    sign_checkpoint(at=now)
    head = LedgerRecord.objects.latest("sequence").sha256
    before = hashes_of_tables(but=LEFT_OUT)
    path = saved()
    destroy()
    assert not LedgerRecord.objects.exists()
    newer = "ab" * 32
    told = told_by("restore", path, head=[head, newer])
    assert changed_tables(before, hashes_of_tables(but=LEFT_OUT)) == ADDED
    assert f"NEWER than the backup: the head {newer}" in told
    assert f"NEWER than the backup: the head {head}" not in told
    pause = SystemPause.objects.get()
    assert pause.missing_heads == [{"day": "", "sha256": newer}]
    assert pause.ledger_head == head
    assert "The ledger is intact." in verified("--head", head)
    # The next number of each table is free.
    make_entry(member_commitment_of(plan, "2.1", "FR"), by=published[0].written_by)


def test_a_row_of_every_table_comes_back_or_is_left_out(published, saved):  # noqa: F811
    fill_every_table()
    before, numbers = hashes_of_tables(), last_numbers()
    assert [table for table, digest in before.items() if digest is None] == []
    path = saved()
    destroy()
    left = {table for table, digest in hashes_of_tables().items() if digest}
    assert left == set(migrated_rows)
    told_by("restore", path)
    after = hashes_of_tables()
    not_back = LEFT_OUT - {MIGRATIONS}
    assert changed_tables(before, after) == ADDED | CHANGED_BY_RESTORE | not_back
    assert {after[table] for table in not_back} == {None}
    told = last_numbers()
    assert {name for name in told if told[name] != numbers[name]} == {
        "audit_event_id_seq"
    }


def test_no_secret_is_in_a_backup(officer_jp, saved):
    secrets = (settings.LEDGER_SIGNING_KEY, settings.SECRET_KEY)
    with opened(saved(), None) as parts:
        for part in parts:
            assert not any(secret.encode() in part.content for secret in secrets)


def test_every_table_is_saved_or_left_out_for_a_reason(officer_jp, saved):
    manifest = Backup.checked(saved(), None).manifest
    names = {table.name for table in manifest.tables}
    assert names == set(connection.introspection.table_names()) - LEFT_OUT


def test_a_database_in_use_is_left_alone(officer_jp, saved):
    path, before = saved(), hashes_of_tables()
    with pytest.raises(CommandError, match="in use"):
        told_by("restore", path)
    assert hashes_of_tables() == before


def test_a_file_that_is_there_is_not_replaced(officer_jp, saved):
    path = saved()
    content = path.read_bytes()
    with pytest.raises(CommandError, match="there already"):
        told_by("backup", path)
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == [path.name]
