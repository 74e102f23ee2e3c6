"""Prove a backup: restore it into a database of its own, verify it, and compare it."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import psycopg
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connections
from psycopg import sql

from accounts.models import ApiKey, MailJob
from audit.owner import OWNER
from g7plan.backup.archive import Backup
from g7plan.backup.database import WRITTEN_SO, rows_of
from g7plan.backup.manifest import BackupError, TablePart
from partners.models import PrivateFeed, WebhookDelivery

# Tables in which a restore revokes or holds something. The drill counts their rows.
CHANGED_BY_RESTORE = frozenset(
    model._meta.db_table
    for model in (
        ApiKey,
        Authenticator,
        PrivateFeed,
        WebhookDelivery,
        *MailJob.__subclasses__(),
    )
)
ADDED_TO_BY_RESTORE = frozenset({"audit_event", "audit_systempause"})
_ROLES = "docker/roles.sql"


def drill(backup: Backup, *, admin_url: str, say: Callable[[str], object]) -> None:
    """Do all of it, and drop the database again. Raises BackupError."""
    with scratch_database(admin_url) as name:
        env = _environment(name)
        _run(["migrate", "--database", OWNER, "--verbosity", "0"], env)
        identity = ["--identity", str(backup.identities)] if backup.identities else []
        _run(["restore", str(backup.path), *identity], env)
        say(_run(["verify_ledger"], env).rstrip())
        say(_compared(backup, name))


@contextmanager
def scratch_database(admin_url: str) -> Iterator[str]:
    """Give the name of a new database like ours, as docker/roles.sql makes it.

    It begins with the name of ours, since one server can have more than one g7plan.
    """
    ours = str(connections[OWNER].settings_dict["NAME"])
    # PostgreSQL cuts a name after 63 bytes.
    name = f"{ours[:40]}_drill_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            _execute(
                admin,
                "CREATE DATABASE {} OWNER g7plan_owner TEMPLATE template0 ENCODING"
                " 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
                name,
            )
            try:
                _execute(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
                _execute(
                    admin,
                    "GRANT CONNECT ON DATABASE {} TO g7plan_app, g7plan_signer",
                    name,
                )
                _grant_inside(admin_url, name)
                yield name
            finally:
                _execute(admin, "DROP DATABASE {} WITH (FORCE)", name)
    except psycopg.Error as error:
        sentence = str(error).strip().splitlines()[0]
        raise BackupError(f"The database says: {sentence}.") from error


def _execute(admin: psycopg.Connection[Any], statement: Any, name: str) -> None:
    admin.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _grant_inside(admin_url: str, name: str) -> None:
    """Give the roles their rights in the database, by the end of the file of roles."""
    roles = (settings.BASE_DIR / _ROLES).read_text("utf-8")
    grants: Any = roles.partition("\\connect g7plan\n")[2]
    with psycopg.connect(admin_url, dbname=name) as admin:
        admin.execute(grants)


def _environment(name: str) -> dict[str, str]:
    """Return the variables of a command that works on this database and cannot sign."""
    env = dict(os.environ)
    for unwanted in ("DATABASE_SIGNER_URL", "LEDGER_SIGNING_KEY", "PROCESS"):
        env.pop(unwanted, None)
    addresses = {"DATABASE_URL": "default", "DATABASE_OWNER_URL": OWNER}
    env.update({key: _address(alias, name) for key, alias in addresses.items()})
    env["PRODUCTION"] = str(int(settings.PRODUCTION))
    return env


def _address(alias: str, name: str) -> str:
    given = connections[alias].settings_dict
    user, password, host = (
        quote(str(given[key]), safe="") for key in ("USER", "PASSWORD", "HOST")
    )
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{user}:{password}@{host}{port}/{name}"


def _run(arguments: list[str], env: dict[str, str]) -> str:
    """Run a command of manage.py and return what it says. Raises BackupError."""
    done = subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(
            f"`{arguments[0]}` failed in the scratch database:\n"
            f"{done.stdout}{done.stderr}".rstrip()
        )
    return done.stdout


def _compared(backup: Backup, name: str) -> str:
    """Compare every table with the manifest. Raises BackupError for a difference."""
    equal, counted, wrong = 0, 0, []
    with psycopg.connect(_address(OWNER, name), options=WRITTEN_SO) as connection:
        for table in backup.manifest.tables:
            rows, digest = _read(connection, table)
            if table.name in ADDED_TO_BY_RESTORE:
                is_right = rows == table.rows + 1
            elif table.name in CHANGED_BY_RESTORE:
                is_right = rows == table.rows
            else:
                is_right = (rows, digest) == (table.rows, table.sha256)
                equal += is_right
            counted += is_right
            if not is_right:
                wrong.append(f"{table.name}: {rows} rows, saved were {table.rows}")
    if wrong:
        raise BackupError("These tables differ from the backup: " + "; ".join(wrong))
    return (
        f"Compared: {counted} tables, {backup.manifest.rows} rows. {equal} tables are"
        " equal byte for byte; in the others the restore revoked or recorded something."
    )


def _read(connection: psycopg.Connection[Any], table: TablePart) -> tuple[int, str]:
    digest = sha256()
    statement = rows_of(table.name, table.columns) + sql.SQL(" TO STDOUT")
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for row in copy:
                digest.update(row)
        return cursor.rowcount, digest.hexdigest()


def admin_url_of(given: str, services: dict[str, str]) -> str:
    """Return the address of a role that may create databases. Raises BackupError."""
    found = given or os.environ.get("DATABASE_ADMIN_URL", "")
    found = found or services.get("database_admin_url", "")
    if not found:
        raise BackupError(
            "DATABASE_ADMIN_URL is not set. The drill needs a role that may create a"
            " database: postgresql://postgres:…@host/postgres."
        )
    return found
