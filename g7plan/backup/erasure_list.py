"""The list of legal erasures, which is kept outside the database.

A backup from before an erasure still holds what was erased. So each erasure adds a line
to a file, and after a restore the lines are repeated.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import msgspec
from django.conf import settings

from g7plan.backup.manifest import BackupError

FORMAT = "g7plan-erasure/1"


class ErasedKind(StrEnum):
    ENTRY = "entry"
    PERSON = "person"
    # The words of a score, of a guideline, or of a comment on a score.
    SCORE = "score"
    GUIDELINE = "guideline"
    COMMENT = "comment"


class ErasureLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the list: what was erased, and why.

    It has nothing of an erased text, and no name or address of a person.
    """

    format: str
    kind: ErasedKind
    id: UUID
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


def line_to_keep(erasure: ErasureLine) -> str:
    """Return what a command says where no list is set."""
    return (
        "ERASURES_FILE is not set. Keep this line outside the system. A restore needs"
        f" it:\n{erasure.line()}"
    )


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
