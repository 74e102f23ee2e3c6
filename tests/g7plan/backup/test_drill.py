"""Tests of the drill, with real commands and a database that is made and dropped."""

import os
from contextlib import suppress

import psycopg
import pyrage
import pytest
from django.core.management import CommandError
from django.db import connection

from g7plan.backup.archive import Backup
from g7plan.backup.drill import CHANGED_BY_RESTORE, scratch_database
from progress.actions.checkpoints import sign_checkpoint
from tests.g7plan.backup.conftest import told_by
from tests.g7plan.test_verify_ledger import published  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "signer"]),
]


def drills():
    """The databases that drills of our own database have left.

    Other tests drill theirs at the same time, on the same server.
    """
    prefix = f"{connection.settings_dict['NAME']}_drill_"
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
        return admin.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
        ).fetchall()


def test_a_drill_proves_an_encrypted_backup(published, now, tmp_path, settings):  # noqa: F811
    sign_checkpoint(at=now)
    key = pyrage.x25519.Identity.generate()
    identity, path = tmp_path / "identity", tmp_path / "one.backup"
    identity.write_text(str(key), "utf-8")
    settings.BACKUP_AGE_RECIPIENT = [str(key.to_public())]
    assert "NOT encrypted" not in told_by("backup", path)
    said = told_by("restore_drill", path, "--identity", identity)
    tables = len(Backup.checked(path, identity).manifest.tables)
    equal = tables - len(CHANGED_BY_RESTORE) - 2
    assert "The ledger is intact." in said
    assert "1 checkpoint" in said
    assert f"Compared: {tables} tables" in said
    assert f"{equal} tables are equal byte for byte" in said
    assert "The backup can be restored." in said
    assert drills() == []


def test_a_drill_that_cannot_be_done_says_why(members, tmp_path):
    path = tmp_path / "one.backup"
    told_by("backup", path)
    with pytest.raises(CommandError, match="The database says"):
        told_by("restore_drill", path, "--admin-url", "postgresql://x@127.0.0.1:1/x")
    content = path.read_bytes()
    path.write_bytes(content[:-100])
    with pytest.raises(CommandError, match="cannot be read as a backup"):
        told_by("restore_drill", path)
    assert drills() == []


def test_the_database_of_a_drill_is_dropped_after_a_failure():
    with (
        suppress(ZeroDivisionError),
        scratch_database(os.environ["DATABASE_ADMIN_URL"]) as name,
    ):
        assert drills() == [(name,)]
        raise ZeroDivisionError
    assert drills() == []
