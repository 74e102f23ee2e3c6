"""Make a backup: every table of one moment, in one file."""

import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from django.conf import settings
from psycopg import sql

from g7plan.backup.archive import (
    MANIFEST,
    PART_SIZE,
    Sum,
    add_part,
    add_table_part,
    packed,
)
from g7plan.backup.database import (
    heads_of,
    migrations_of,
    rows_of,
    sequences_of,
    snapshot,
    tables_of,
)
from g7plan.backup.encryption import encrypted
from g7plan.backup.files import files_elsewhere
from g7plan.backup.manifest import FORMAT, BackupError, Manifest, TablePart


@dataclass(frozen=True)
class Written:
    """A finished backup, with the hash of the file."""

    manifest: Manifest
    size: int
    sha256: str


def write_backup(
    stream: BinaryIO, *, recipients: Sequence[str], at: datetime
) -> Written:
    """Write the rows of all tables as they are at one moment. Raises BackupError.

    The application's role is enough. It locks nothing, and waits for no lock.
    """
    counted = _Counted(stream)
    with (
        snapshot("default") as connection,
        encrypted(counted, recipients) as plain,  # type: ignore[arg-type]  # it writes
        packed(plain) as archive,
    ):
        ledger_head, trail_head = heads_of(connection)
        manifest = Manifest(
            format=FORMAT,
            version=settings.PRODUCT_VERSION,
            taken_at=at,
            migrations=migrations_of(connection),
            ledger_head=ledger_head,
            trail_head=trail_head,
            tables=tuple(
                _add_table(archive, connection, table, columns)
                for table, columns in tables_of(connection).items()
            ),
            # After the rows, so that no number is below one of theirs.
            sequences=sequences_of(connection),
            files_elsewhere=files_elsewhere(connection),
        )
        add_part(archive, MANIFEST, manifest.written())
    return Written(manifest, counted.size, counted.digest.hexdigest())


def _add_table(
    archive: tarfile.TarFile,
    connection: psycopg.Connection[Any],
    table: str,
    columns: tuple[str, ...],
) -> TablePart:
    total, waiting, number = Sum(), bytearray(), 0
    statement = rows_of(table, columns) + sql.SQL(" TO STDOUT")
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for row in copy:
                waiting += row
                if len(waiting) >= PART_SIZE:
                    number += 1
                    _add(archive, table, number, waiting, total)
        rows = cursor.rowcount
    if waiting:
        _add(archive, table, number + 1, waiting, total)
    return TablePart(table, columns, rows, total.size, total.digest.hexdigest())


def _add(
    archive: tarfile.TarFile, table: str, number: int, waiting: bytearray, total: Sum
) -> None:
    content = bytes(waiting)
    waiting.clear()
    total.add(content)
    add_table_part(archive, table, number, content)


class _Counted:
    """Writes to a stream, and keeps the size and hash of what was written."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = 0
        self.digest = sha256()

    def write(self, content: bytes) -> int:
        self.size += len(content)
        self.digest.update(content)
        return self._stream.write(content)

    def flush(self) -> None:
        self._stream.flush()


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that only this account can read, and that is whole or not there.

    Raises BackupError. A file that is there already is never replaced.
    """
    draft = path.with_name(f"{path.name}.part")
    if path.exists():
        raise BackupError(f"{path} is there already. Choose another name.")
    try:
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupError(f"{draft} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except OSError as error:
        raise BackupError(f"{draft} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
