"""Legal erasure, and the list of erasures that is kept outside the database.

A backup from before an erasure still holds the text. So each erasure adds a line to a
file, and after a restore the lines are repeated.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connections, transaction

from accounts.dates import utc_day
from audit.record import record
from g7plan.backup.manifest import BackupError
from progress.actions.erasure import OWNER, erase_entry_text, erase_unpublished_text
from progress.ledger.erasure import ErasureScope, erasure_notice, erasure_scope_of
from progress.models import Entry, State, Tombstone
from reports.erasure import ErasedEntry, erase_from_reports

FORMAT = "g7plan-erasure/1"


class ErasureLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the list: what was erased, and why. It has nothing of the text."""

    format: str
    entry: UUID
    reason: str
    by: str
    at: datetime

    def line(self) -> str:
        return msgspec.json.encode(self).decode()


def keep_outside(erasure: ErasureLine) -> bool:
    """Add a line to the list, and return whether there is one. Raises BackupError."""
    if not settings.ERASURES_FILE:
        return False
    path = Path(settings.ERASURES_FILE)
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(number, "a", encoding="utf-8") as file:
            file.write(f"{erasure.line()}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BackupError(
            f"{path}, the list of erasures, cannot be written: {error.strerror}."
        ) from error
    return True


def read_list(path: Path) -> list[ErasureLine]:
    """Return the lines of a list. Raises BackupError with the first bad line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} cannot be read.") from error
    return list(_read(lines))


def _read(lines: Sequence[str]) -> Iterator[ErasureLine]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            erasure = msgspec.json.decode(line, type=ErasureLine)
        except msgspec.MsgspecError as error:
            raise BackupError(f"Line {number} is no erasure: {error}.") from error
        if erasure.format != FORMAT:
            raise BackupError(f"Line {number} is of the form “{erasure.format}”.")
        yield erasure


def erase_published(
    scope: ErasureScope, *, reason: str, by: str, at: datetime
) -> tuple[list[UUID], ErasureLine, bool]:
    """Erase all or nothing, with the triggers of append-only tables switched off.

    The line is in the list before anything is erased: an erasure that is not in the
    list would be undone by a restore. Returns the reports that held the text, the line,
    and whether the list has it. Raises BackupError.
    """
    erasure = ErasureLine(FORMAT, scope.entry.pk, reason, by, at)
    with transaction.atomic(using=OWNER):
        reports = _erase_published(scope, reason=reason, by=by, at=at)
        is_kept = keep_outside(erasure)
    _record(scope.entry, by=by, at=at)
    return reports, erasure, is_kept


def _erase_published(
    scope: ErasureScope, *, reason: str, by: str, at: datetime
) -> list[UUID]:
    _switch_triggers_off()
    mark = erasure_notice(utc_day(at), reason)
    reports = erase_from_reports(ErasedEntry.of(scope.entry), mark=mark, at=at)
    erase_entry_text(scope, reason=reason, by=by, at=at)
    return reports


def repeat(erasures: Sequence[ErasureLine], *, at: datetime) -> Counter[str]:
    """Erase again what a restore brought back, and return how many of each outcome.

    Safe to repeat.
    """
    return Counter(_repeat(erasure, at) for erasure in erasures)


def _repeat(erasure: ErasureLine, at: datetime) -> str:
    entries = Entry.objects.select_related(
        "member_commitment__commitment__plan", "ledger_record"
    )
    entry = entries.filter(pk=erasure.entry).first()
    if entry is None:
        return "not in the backup"
    if Tombstone.objects.filter(entry=entry).exists():
        return "erased already"
    scope = erasure_scope_of(entry)
    with transaction.atomic(using=OWNER):
        if entry.state == State.PUBLISHED:
            _erase_published(scope, reason=erasure.reason, by=erasure.by, at=at)
        else:
            # It was published and erased after the backup.
            _switch_triggers_off()
            erase_unpublished_text(scope, reason=erasure.reason, at=at)
    _record(entry, by=erasure.by, at=at)
    return "erased again"


def _switch_triggers_off() -> None:
    connections[OWNER].connection.execute(
        "SET LOCAL session_replication_role = replica"
    )


def _record(entry: Entry, *, by: str, at: datetime) -> None:
    sha256 = entry.ledger_record.content_sha256 if entry.ledger_record else ""
    record(
        verb="entry.erase",
        target=entry,
        by=None,
        at=at,
        member=entry.member_code,
        data={"by": by, "content_sha256": sha256},
    )
