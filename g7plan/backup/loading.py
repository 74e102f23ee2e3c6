"""Put the rows of a backup into a database that is not in use yet."""

from itertools import groupby
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from audit.owner import OWNER
from g7plan.backup.archive import Backup, Sum, compare, opened
from g7plan.backup.database import (
    all_tables,
    migrations_of,
    rows_of,
    tables_of,
)
from g7plan.backup.manifest import BackupError, Manifest

# Rows that only people make. `manage.py prepare` makes none of them.
_MADE_BY_PEOPLE = (
    "accounts_user",
    "progress_entry",
    "progress_ledgerrecord",
    "reports_report",
)
_REFERENCES = """
SELECT con.conname, con.conrelid::regclass::text, child.attname::text,
       con.confrelid::regclass::text, parent.attname::text
  FROM pg_constraint AS con
  JOIN pg_attribute AS child
    ON child.attrelid = con.conrelid AND child.attnum = con.conkey[1]
  JOIN pg_attribute AS parent
    ON parent.attrelid = con.confrelid AND parent.attnum = con.confkey[1]
 WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace
"""


def load(backup: Backup) -> None:
    """Replace all rows by those of the backup. Call it in a transaction of the owner.

    Triggers are switched off for this transaction: they refuse rows of the past.
    Raises BackupError, and then nothing may be committed.
    """
    connection: psycopg.Connection[Any] = connections[OWNER].connection
    connection.execute("SET LOCAL session_replication_role = replica")
    require_same_schema(connection, backup.manifest)
    require_unused(connection)
    for table in all_tables(connection):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
    try:
        _copy_rows(connection, backup)
    except psycopg.Error as error:
        sentence = str(error).strip().splitlines()[0]
        raise BackupError(f"The rows do not fit into this database: {sentence}.") from (
            error
        )
    _set_sequences(connection, backup.manifest)
    _require_references(connection)


def require_same_schema(
    connection: psycopg.Connection[Any], manifest: Manifest
) -> None:
    here = set(migrations_of(connection))
    there = set(manifest.migrations)
    if here != there:
        raise BackupError(
            "This database has other migrations than the backup. Only here:"
            f" {_named(here - there)}. Only in the backup: {_named(there - here)}."
            f" Restore with the release that made it (version {manifest.version}),"
            " then upgrade."
        )
    saved = {table.name: table.columns for table in manifest.tables}
    wanted = tables_of(connection)
    wrong = {name for name in {*saved, *wanted} if saved.get(name) != wanted.get(name)}
    if wrong:
        raise BackupError(
            f"These tables have other columns in the backup: {_named(wrong)}."
        )


def _named(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def require_unused(connection: psycopg.Connection[Any]) -> None:
    """Raise BackupError if the database holds what people have made."""
    for table in _MADE_BY_PEOPLE:
        statement = sql.SQL("SELECT EXISTS (SELECT FROM {})")
        found = connection.execute(statement.format(sql.Identifier(table))).fetchone()
        if found and found[0]:
            raise BackupError(
                f"This database is in use: there are rows in {table}. A backup is only"
                " restored into a new one. Nothing was changed."
            )


def _copy_rows(connection: psycopg.Connection[Any], backup: Backup) -> None:
    """Copy every part into its table, and compare what came with the manifest again.

    The file was read before. It may have been changed since.
    """
    tables = {table.name: table for table in backup.manifest.tables}
    sums: dict[str, Sum] = {}
    with opened(backup.path, backup.identities) as parts:
        for name, group in groupby(parts, key=lambda part: part.table):
            if not name:
                continue
            total = sums.setdefault(name, Sum())
            statement = rows_of(name, tables[name].columns) + sql.SQL(" FROM STDIN")
            with connection.cursor() as cursor:
                with cursor.copy(statement) as copy:
                    for part in group:
                        total.add(part.content)
                        copy.write(part.content)
                if cursor.rowcount != tables[name].rows:
                    raise BackupError(
                        f"{name} has {cursor.rowcount} rows, not {tables[name].rows}."
                    )
    compare(sums, backup.manifest)


def _set_sequences(connection: psycopg.Connection[Any], manifest: Manifest) -> None:
    for name, last in manifest.sequences.items():
        connection.execute(
            "SELECT setval(format('public.%%I', %s::text)::regclass, %s, %s)",
            [name, last or 1, last is not None],
        )


def _require_references(connection: psycopg.Connection[Any]) -> None:
    """Raise BackupError if a row names one that is not there.

    The database itself checks this with triggers, which were off.
    """
    tests = [
        sql.SQL(
            "SELECT {name} WHERE EXISTS (SELECT FROM {child} AS c WHERE c.{from_}"
            " IS NOT NULL AND NOT EXISTS"
            " (SELECT FROM {parent} AS p WHERE p.{to} = c.{from_}))"
        ).format(
            name=sql.Literal(name),
            child=sql.Identifier(child),
            from_=sql.Identifier(column),
            parent=sql.Identifier(parent),
            to=sql.Identifier(key),
        )
        for name, child, column, parent, key in connection.execute(_REFERENCES)
    ]
    broken = connection.execute(sql.SQL(" UNION ALL ").join(tests)).fetchall()
    if broken:
        names = {name for (name,) in broken}
        raise BackupError(f"Rows are missing that others name: {_named(names)}.")
