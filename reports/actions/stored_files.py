"""The bytes of all files, of evidence and of reports: move them, and sweep orphans.

`audit.stored_files` keeps and reads the bytes of one file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connections, transaction
from django.db.models import Q

from audit.models import SystemPause
from audit.object_storage import FileFaultError, new_object_name
from audit.owner import OWNER
from audit.stored_files import bucket, checked_bytes, required_bucket
from progress.models import EvidenceFile
from reports.models import ReportFile

# Tables with files, and where from there the size and the hash of a file are.
TABLES: tuple[tuple[Any, str], ...] = (
    (EvidenceFile, "evidence"),
    (ReportFile, ""),
)
IN_STORAGE = ~Q(object_key="")
# The files of a report with an erased entry are nowhere.
IN_DATABASE = Q(object_key="") & ~Q(content=b"")
# The transaction that names a new object may not be committed yet.
YOUNG = timedelta(days=1)
# More at once are no leftovers: the process may be looking at another database, such as
# an old backup, and what it deleted could not be brought back.
MOST_ORPHANS = 100

log = structlog.get_logger()


@dataclass(frozen=True)
class MovedFile:
    """A file that was moved, or why it was not."""

    file: str
    fault: str = ""


def move_all_files(*, to_storage: bool) -> Iterator[MovedFile]:
    """Move each file that is not yet there, in a transaction of the owner each.

    It may be stopped and started again. A file whose bytes are not those of its hash is
    left where it is. Raises FilesAwayError.
    """
    to_move = IN_DATABASE if to_storage else IN_STORAGE
    for model, about in TABLES:
        rows = model.objects.using(OWNER).filter(to_move)
        for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
            name = f"{model._meta.verbose_name} {pk}"
            try:
                if _move(rows.filter(pk=pk), about, to_storage=to_storage):
                    yield MovedFile(name)
            except FileFaultError as error:
                yield MovedFile(name, str(error))


def _move(rows: Any, about: str, *, to_storage: bool) -> bool:
    """Move the file of one row. Return False if it was moved or erased meanwhile."""
    former = ""
    with transaction.atomic(using=OWNER):
        with connections[OWNER].cursor() as cursor:
            # The triggers of append-only tables let no one change a row.
            cursor.execute("SET LOCAL session_replication_role = replica")
        row = rows.select_for_update(of=("self",)).first()
        if row is None:
            return False
        described = getattr(row, about) if about else row
        content = checked_bytes(row, size=described.size, sha256=described.sha256)
        if to_storage:
            rows.update(content=b"", object_key=_put_and_compare(content))
        else:
            former = row.object_key
            rows.update(content=content, object_key="")
    if former:
        required_bucket().drop(former)
    return True


def _put_and_compare(content: bytes) -> str:
    """Return the name of a new object, once it was read back. Raises FileFaultError."""
    storage, name = required_bucket(), new_object_name()
    storage.put(name, content)
    if storage.read(name, most=len(content)) != content:
        raise FileFaultError("the storage gives other bytes than it was given")
    return name


def missing_objects() -> Iterator[str]:
    """Yield each file whose object is not in the storage. Raises FilesAwayError."""
    for model, _about in TABLES:
        rows = model.objects.filter(IN_STORAGE).order_by("pk")
        for pk, name in rows.values_list("pk", "object_key"):
            if not required_bucket().has(name):
                yield f"{model._meta.verbose_name} {pk}"


def sweep_objects(*, at: datetime) -> int:
    """Delete the objects that no row names, with every version. Return how many.

    A transaction that failed after it had written an object leaves one behind, and so
    does an erasure while the storage was away. While the system is paused, none is: to
    an old backup, all newer files are orphans. Raises FilesAwayError.
    """
    storage = bucket()
    if storage is None or SystemPause.objects.in_force().exists():
        return 0
    orphans: list[str] = []
    for names in storage.names_before(at - YOUNG):
        orphans += sorted(names - _named(names))
    if len(orphans) > MOST_ORPHANS:
        log.error("too_many_orphans", count=len(orphans), most=MOST_ORPHANS)
        return 0
    for name in orphans:
        storage.drop(name)
    return len(orphans)


def _named(names: set[str]) -> set[str]:
    """Return those of the names that a row has."""
    return {
        name
        for model, _about in TABLES
        for name in model.objects.filter(object_key__in=names).values_list(
            "object_key", flat=True
        )
    }
