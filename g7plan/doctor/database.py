"""Tries the database: each role's connection, its version, rights, clock and limits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from g7plan.doctor.findings import Diagnosis, Try, doubtful, good, reason_of, wrong
from g7plan.readiness import holds_no_demonstration, is_migrated

OLDEST = 17
VARIABLES = {
    "default": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "signer": "DATABASE_SIGNER_URL",
}
FACTS = """
SELECT current_setting('server_version_num')::int / 10000,
       pg_encoding_to_char(encoding), rolsuper,
       pg_catalog.pg_has_role(current_user, datdba, 'USAGE'),
       has_table_privilege('progress_ledgerrecord', 'UPDATE, DELETE, TRUNCATE'),
       clock_timestamp(), current_setting('data_checksums') = 'on',
       (SELECT sum(numbackends) FROM pg_stat_database)::int,
       current_setting('max_connections')::int
  FROM pg_database, pg_roles
 WHERE datname = current_database() AND rolname = current_user
"""
# What PostgreSQL writes of refused statements, which may be drafts.
QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}


def try_connections() -> Iterator[Diagnosis]:
    for alias in settings.DATABASES:
        name = VARIABLES[alias]
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            yield wrong(
                f"{name}: the database does not answer: {reason_of(error)}.",
                f"Check the host, the port, the role and the password in {name}.",
            )
        else:
            yield good(f"{name}: the database answers.")


def try_server() -> Iterator[Diagnosis]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(FACTS)
            facts = cursor.fetchone()
            now = timezone.now()
            quiet = {name: _value_of(cursor, name) for name in QUIET}
    except DatabaseError as error:
        yield wrong(
            f"The database cannot be examined: {reason_of(error)}.",
            "Run `manage.py prepare` if its tables are not made yet.",
        )
        return
    version, encoding, is_super, owns, may_change, at, has_checksums, *used = facts
    yield from _of_version(version, encoding, has_checksums=has_checksums)
    yield from _of_rights(is_super=is_super, owns=owns, may_change=may_change)
    yield from _of_clock(abs(at - now))
    yield from _of_connections(*used)
    for name, value in quiet.items():
        if value != QUIET[name]:
            yield doubtful(
                f"PostgreSQL's {name} is {value}: its log may quote drafts.",
                f"Set {name} = {QUIET[name]}.",
            )


def _value_of(cursor: Any, name: str) -> str:
    cursor.execute("SELECT current_setting(%s)", [name])
    value: str = cursor.fetchone()[0]
    return value


def _of_version(
    version: int, encoding: str, *, has_checksums: bool
) -> Iterator[Diagnosis]:
    if version < OLDEST:
        yield wrong(f"PostgreSQL is {version}.", f"Use PostgreSQL {OLDEST} or newer.")
    elif encoding != "UTF8":
        yield wrong(f"The database is in {encoding}.", "Create it with UTF8.")
    else:
        yield good(f"PostgreSQL is {version}, in {encoding}.")
    if not has_checksums:
        yield doubtful(
            "PostgreSQL does not check its pages: a faulty disk goes unnoticed.",
            "Stop it, and run `pg_checksums --enable`.",
        )


def _of_rights(*, is_super: bool, owns: bool, may_change: bool) -> Iterator[Diagnosis]:
    if is_super or owns or may_change:
        yield wrong(
            "The role of DATABASE_URL may change what is published.",
            "Create the three roles with docker/roles.sql, and use g7plan_app.",
        )
    else:
        yield good("The application's role owns nothing and changes no record.")


def _of_clock(difference: timedelta) -> Iterator[Diagnosis]:
    seconds = difference.total_seconds()
    if seconds > 2:
        yield wrong(
            f"The clocks of the database and this machine differ by {seconds:.0f} s.",
            "Let both machines follow a time server (NTP).",
        )
    else:
        yield good("The database and this machine have the same time.")


def _of_connections(used: int, most: int) -> Iterator[Diagnosis]:
    if used > most * 0.8:
        yield doubtful(
            f"{used} of {most} connections of the database are in use.",
            "Lower DATABASE_POOL_SIZE, raise max_connections, or use PgBouncer.",
        )
    else:
        yield good(f"{used} of {most} connections of the database are in use.")


def try_tables() -> Iterator[Diagnosis]:
    try:
        migrated, is_real = is_migrated(), holds_no_demonstration()
    except DatabaseError as error:
        yield wrong(
            f"The tables cannot be read: {reason_of(error)}.",
            "Run `manage.py prepare`.",
        )
        return
    if not migrated:
        yield wrong("The tables are older than this code.", "Run `manage.py prepare`.")
    else:
        yield good("The tables fit this code.")
    if not is_real:
        yield wrong(
            "Production holds illustrative data.",
            "Use another database: a demonstration never becomes a real one.",
        )


TRIED: dict[str, Try] = {
    "Database": try_connections,
    "Database server": try_server,
    "Tables": try_tables,
}
