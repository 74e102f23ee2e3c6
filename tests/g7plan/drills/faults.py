"""Faults of the drills' servers, as other processes meet them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import run

import psycopg
from django.db import connection, connections
from psycopg import sql

from tests.databases import as_owner
from tests.reports.workers import wait_until

# Not the owner's, with which a test holds what it stops.
_END = """
    SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
    WHERE datname = %s AND usename <> 'g7plan_owner'
"""


@contextmanager
def as_administrator() -> Iterator[psycopg.Connection]:
    url = os.environ["DATABASE_ADMIN_URL"]
    with psycopg.connect(url, autocommit=True) as administrator:
        yield administrator


@contextmanager
def database_away() -> Iterator[None]:
    """End what each process does in the database of these tests, and refuse it.

    It is what a fast stop of PostgreSQL does, for one database of a server that other
    tests use too. A whole server is stopped in tests/g7plan/trial/test_faults.py.
    """
    with changed_database("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
        yield


@contextmanager
def few_connections(count: int) -> Iterator[None]:
    """Let the database of these tests have so many connections, and no more."""
    with changed_database(f"CONNECTION LIMIT {count}", "CONNECTION LIMIT -1"):
        yield


@contextmanager
def changed_database(change: str, back: str) -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    with as_administrator() as administrator:
        try:
            _alter(administrator, name, change)
            administrator.execute(_END, [name])
            yield
        finally:
            _alter(administrator, name, back)
            connections.close_all()


def _alter(administrator: psycopg.Connection, name: str, change: str) -> None:
    altered = sql.SQL("ALTER DATABASE {} WITH {}").format(
        sql.Identifier(name), sql.SQL(change)
    )
    administrator.execute(altered)


_REFUSES = """
    CREATE FUNCTION drill_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'could not extend file: No space left on device'
        USING ERRCODE = 'disk_full';
    END $$
"""


@contextmanager
def no_space_for(table: str) -> Iterator[None]:
    """Let PostgreSQL refuse rows of a table as it does when its disk is full."""
    trigger = sql.SQL(
        "CREATE TRIGGER drill_refuses BEFORE INSERT OR UPDATE ON {}"
        " FOR EACH ROW EXECUTE FUNCTION drill_refuses()"
    ).format(sql.Identifier(table))
    with as_owner() as owner:
        owner.execute(_REFUSES)
        owner.execute(trigger)
    try:
        yield
    finally:
        with as_owner() as owner:
            owner.execute("DROP FUNCTION drill_refuses CASCADE")


@contextmanager
def full_disk_of(table: str) -> Iterator[None]:
    """Move an empty table to a disk of its own, which is full. Root may do this."""
    folder = Path(tempfile.mkdtemp(prefix="g7plan-drills-"))
    disk = folder / "disk"
    disk.mkdir()
    folder.chmod(0o711)
    run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], check=True)
    try:
        server = Path(os.environ["VAR_DIR"], "postgres").stat()
        os.chown(disk, server.st_uid, server.st_gid)
        with _moved(table, disk):
            yield
    finally:
        # Processes of the server may still have a file of it open.
        run(["umount", "--lazy", str(disk)], check=True)
        shutil.rmtree(folder)


@contextmanager
def _moved(table: str, disk: Path) -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    url = os.environ["DATABASE_ADMIN_URL"]
    connections.close_all()
    with psycopg.connect(url, dbname=name, autocommit=True) as administrator:
        moved = sql.SQL("ALTER TABLE {} SET TABLESPACE {}")
        there, back = sql.Identifier("drill"), sql.Identifier("pg_default")
        administrator.execute(
            sql.SQL("CREATE TABLESPACE drill LOCATION {}").format(str(disk))
        )
        try:
            assert wait_until(lambda: _is_emptied(administrator, table), 60, 0.1)
            administrator.execute(moved.format(sql.Identifier(table), there))
            filler = disk / "filler"
            with suppress(OSError), filler.open("wb", buffering=0) as file:
                while file.write(b"\0" * 4096):
                    pass
            yield
            filler.unlink()
        finally:
            administrator.execute(moved.format(sql.Identifier(table), back))
            administrator.execute("CHECKPOINT")
            administrator.execute("DROP TABLESPACE drill")


def _is_emptied(administrator: psycopg.Connection, table: str) -> bool:
    """Give back the pages of an empty table: a row would find space in one of them.

    Rows deleted by the tests before keep their page as long as a transaction of this
    database may still see them. An ANALYZE by autovacuum is one.
    """
    administrator.execute(sql.SQL("VACUUM (FULL) {}").format(sql.Identifier(table)))
    size = administrator.execute("SELECT pg_relation_size(%s)", [table]).fetchall()
    return bool(size[0][0] == 0)
