"""The bytes of a file: in its row, or in object storage under a name that the row has.

The database rules. It has the size and the hash of each file, and both are checked each
time that the bytes are read, wherever they lie. An object is written before the row
that names it is committed. So a row never names an object that was not written; what a
failed transaction leaves behind is swept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256 as sha256_of
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction

from audit.object_storage import (
    FileFaultError,
    FilesAwayError,
    ObjectStorage,
    new_object_name,
)

log = structlog.get_logger()


class StoredFile(Protocol):
    """A row with the bytes of a file, or with the name of the object that has them."""

    @property
    def content(self) -> bytes | memoryview: ...

    @property
    def object_key(self) -> str: ...


@dataclass(frozen=True)
class KeptBytes:
    """The two columns of a row: one of them is empty."""

    content: bytes
    object_key: str


def bucket() -> ObjectStorage | None:
    """Return where new files go, or None for the database."""
    found: ObjectStorage | None = settings.FILES_S3
    return found


def keep_bytes(content: bytes) -> KeptBytes:
    """Return the columns for a new file, after its object is written if it has one.

    Raises FilesAwayError.
    """
    storage = bucket()
    if storage is None:
        return KeptBytes(content, "")
    name = new_object_name()
    storage.put(name, content)
    return KeptBytes(b"", name)


def checked_bytes(row: StoredFile, *, size: int | None, sha256: str) -> bytes:
    """Return the bytes of a file, once they have the size and the hash of its row.

    Raises FilesAwayError, or FileFaultError if they are missing or are others.
    """
    content = bytes(row.content)
    if row.object_key:
        content = required_bucket().read(row.object_key, most=size or 0)
    if (len(content), sha256_of(content).hexdigest()) != (size, sha256):
        log.error("file_damaged", object=row.object_key, sha256=sha256)
        raise FileFaultError("the bytes of a file are not those that were kept")
    return content


def required_bucket() -> ObjectStorage:
    """Return the bucket. Raises FilesAwayError where none is set."""
    storage = bucket()
    if storage is None:
        raise FilesAwayError("FILES_S3_BUCKET is not set, and a file lies there")
    return storage


def delete_after_commit(names: Iterable[str], *, using: str) -> None:
    """Delete objects with all their versions, once the transaction is committed.

    An object that cannot be deleted then is named in the log. No row names it any more,
    so the daily sweep deletes it.
    """
    gone = [name for name in names if name]
    if gone:
        transaction.on_commit(partial(_delete, gone), using=using, robust=True)


def _delete(names: Iterable[str]) -> None:
    for name in names:
        try:
            required_bucket().drop(name)
        except FilesAwayError as error:
            log.error("object_not_deleted", object=name, error=str(error))  # noqa: TRY400
