"""One database for each process of the suite, on the server of tests/services.py.

The owner migrates once; each process then works on a copy of that template. Tests
connect as the application's role, so that a missing grant shows. What that role may not
do (emptying append-only tables after a test) is done here, by the owner, and nowhere
else.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import TransactionTestCase
from django.utils import timezone
from psycopg import sql

from accounts.limits.table import LIMITS, Limit
from audit.models import Demonstration
from tests.services import TEMPLATE

# Triggers that most tests would meet only because they change a row to what they need.
# `all_rules` switches them on, for the tests of them.
BENT_RULES = "_(is_complete|begun_stays|wording_stays|stocktake_filled_stays)$"
# Rows that the migrations themselves made, by table, as COPY gives them.
migrated_rows: dict[str, bytes] = {}


def pytest_configure() -> None:
    # Whitenoise's hashed names need `collectstatic`, which takes as long as the suite.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    # No test meets a limit by itself. tests/api/test_rate_limits.py has the real table.
    settings.RATE_LIMITS = {
        name: limit if name.startswith(("sign-in", "password-")) else Limit(10**6, 60)
        for name, limit in LIMITS.items()
    }
    # Not `method-assign`: django-stubs leave this method out.
    TransactionTestCase._fixture_teardown = empty_database  # type: ignore[attr-defined]


@contextmanager
def lock_timeout(limit: str) -> Iterator[None]:
    """Let statements on this thread's connection wait for a lock for `limit` only.

    It is reset: a connection goes back to the pool, and another test may get it.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])
    try:
        yield
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute("RESET lock_timeout")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker) -> None:
    """Instead of pytest-django's: its user may create databases, ours may not."""
    own = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        migrate_template()
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        copy_template(admin, own)
    with as_owner() as connection:
        migrated_rows.update(
            (table, read_table(connection, table))
            for table in filled_tables(connection)
        )


def migrate_template() -> None:
    """The first process does this; the others wait for it."""
    done = Path(os.environ["VAR_DIR"]) / "migrated"
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists():
            return
        owner = connections["owner"]
        assert isinstance(owner, DatabaseWrapper)
        own, owner.settings_dict["NAME"] = owner.settings_dict["NAME"], TEMPLATE
        call_command("migrate", database="owner", verbosity=0)
        # Tests write history at any instant, which only a demonstration allows.
        Demonstration.objects.using("owner").create(marked_at=timezone.now())
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], dbname=TEMPLATE) as to:
            switch_bent_rules(to, on=False)
        # A template with an open connection cannot be copied.
        owner.close()
        owner.close_pool()
        owner.settings_dict["NAME"] = own
        done.touch()


def copy_template(admin: psycopg.Connection, name: str) -> None:
    """As docker/roles.sql makes it: rights on a database are not copied.

    `make mutation` runs many processes, one after another, with the same database.
    """
    for statement in (
        "DROP DATABASE IF EXISTS {} WITH (FORCE)",
        "CREATE DATABASE {} TEMPLATE {} OWNER g7plan_owner",
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {} TO g7plan_app, g7plan_signer",
    ):
        names = [sql.Identifier(name), sql.Identifier(TEMPLATE)]
        admin.execute(sql.SQL(statement).format(*names))


def as_owner() -> psycopg.Connection:
    """Connect apart from Django's `owner`, which most tests do not declare."""
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"])


def switch_bent_rules(connection: psycopg.Connection, *, on: bool) -> None:
    """Switch the rules on or off that tests bend."""
    rows = connection.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE tgname ~ %s ORDER BY 1, 2",
        [BENT_RULES],
    ).fetchall()
    for table, trigger in rows:
        statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
            sql.Identifier(table),
            sql.SQL("ENABLE" if on else "DISABLE"),
            sql.Identifier(trigger),
        )
        connection.execute(statement)


@pytest.fixture
def time_rules(transactional_db) -> Iterator[None]:
    """The database refuses times that are not the present one, as in production."""
    with as_owner() as connection:
        connection.execute("DELETE FROM audit_demonstration")
    yield
    with as_owner() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "INSERT INTO audit_demonstration VALUES (true, now())"
            " ON CONFLICT DO NOTHING"
        )


@pytest.fixture
def all_rules(time_rules) -> Iterator[None]:
    """The database refuses everything that it refuses in production."""
    with as_owner() as connection:
        switch_bent_rules(connection, on=True)
    yield
    with as_owner() as connection:
        switch_bent_rules(connection, on=False)


def empty_database(_test_case: TransactionTestCase) -> None:
    """Instead of Django's flush, which append-only tables refuse the tests' role."""
    with as_owner() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        # A test that left a transaction open must fail here, not hang.
        connection.execute("SET LOCAL lock_timeout = '10s'")
        # Of few rows, DELETE takes a tenth of what TRUNCATE takes.
        for table in filled_tables(connection):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table, rows in migrated_rows.items():
            write_table(connection, table, rows)


def filled_tables(connection: psycopg.Connection) -> list[str]:
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    one_each = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
            sql.Literal(table), sql.Identifier(table)
        )
        for (table,) in tables
    ]
    rows = connection.execute(sql.SQL(" UNION ALL ").join(one_each)).fetchall()
    return [table for (table,) in rows]


def read_table(connection: psycopg.Connection, table: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        return b"".join(copy)


def write_table(connection: psycopg.Connection, table: str, rows: bytes) -> None:
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(rows)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Empty the cache, so that no test sees another's values or rate limits."""
    yield
    cache.clear()


@pytest.fixture
def many_connections() -> Iterator[None]:
    """As many as there are threads: the pool of a web process holds fewer."""
    ours = connections["default"]
    assert isinstance(ours, DatabaseWrapper)
    options = connections.settings["default"]["OPTIONS"]["pool"]
    usual = options["max_size"]
    for size in (24, usual):
        ours.close()
        ours.close_pool()
        options["max_size"] = size
        if size != usual:
            yield
