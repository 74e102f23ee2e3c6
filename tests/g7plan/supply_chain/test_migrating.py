"""Tests of how `manage.py prepare` migrates: it never blocks people for long."""

from unittest import mock

import psycopg
import pytest
from django.core.management import CommandError
from django.db import OperationalError, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from g7plan.management.commands import prepare
from tests.databases import as_owner

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(prepare, "PAUSES", (0,))
    monkeypatch.setattr(prepare, "LOCK_TIMEOUT", "50ms")


@pytest.fixture
def migrating(monkeypatch):
    """`migrating(sql)` makes this statement the one migration that is left."""

    def with_statement(statement):
        ran = []

        def migrate(*args, **options):
            ran.append(args)
            with (
                transaction.atomic(using="owner"),
                connections["owner"].cursor() as cursor,
            ):
                cursor.execute(statement)

        monkeypatch.setattr(prepare, "call_command", migrate)
        monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
        return ran

    return with_statement


def timeouts():
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'),"
            " current_setting('statement_timeout')"
        )
        return cursor.fetchone()


def test_a_table_in_use_is_asked_for_again_and_then_refused_in_words(migrating):
    ran = migrating("LOCK TABLE accounts_member IN ACCESS EXCLUSIVE MODE")
    with as_owner() as other:
        other.execute("LOCK TABLE accounts_member IN ACCESS SHARE MODE")
        with pytest.raises(CommandError, match="was in use"):
            prepare.migrate()
    assert len(ran) == 2


def test_a_table_that_becomes_free_is_migrated(migrating):
    migrating("LOCK TABLE accounts_member IN ACCESS EXCLUSIVE MODE")
    with as_owner() as other:
        other.execute("LOCK TABLE accounts_member IN ACCESS SHARE MODE")
        with mock.patch("time.sleep", side_effect=lambda _: other.rollback()):
            prepare.migrate()


def test_a_statement_that_works_too_long_is_stopped(migrating):
    migrating("SELECT pg_sleep(5)")
    with pytest.raises(CommandError, match="--statement-timeout"):
        prepare.migrate(statement_timeout="50ms")


def test_limits_hold_during_the_migration_only(migrating, monkeypatch):
    seen = []
    migrating("SELECT 1")
    monkeypatch.setattr(
        prepare, "call_command", lambda *_, **__: seen.append(timeouts())
    )
    prepare.migrate(statement_timeout="2h")
    assert seen == [("50ms", "2h")]
    assert timeouts() == ("0", "0")


def test_another_error_is_not_hidden(migrating):
    error = OperationalError("gone")
    error.__cause__ = psycopg.OperationalError("gone")
    with pytest.raises(OperationalError, match="gone"):
        prepare.require_lock_problem(error, is_last=False)
