"""What a backup holds, with its hashes. It is the last part of the file."""

from datetime import datetime

import msgspec

FORMAT = "g7plan-backup/1"


class BackupError(Exception):
    """A backup cannot be made, read or restored. The message says why."""


class TablePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of a table, as COPY of PostgreSQL writes them."""

    name: str
    columns: tuple[str, ...]
    rows: int
    size: int
    sha256: str


class FileElsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file whose bytes are in object storage. The hash says which they are."""

    object_key: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    # Of the product.
    version: str
    taken_at: datetime
    # As "app.name".
    migrations: tuple[str, ...]
    # The last hashes of the two chains. Empty where nothing was published.
    ledger_head: str
    trail_head: str
    tables: tuple[TablePart, ...]
    # The last number that each sequence gave. None if it gave none.
    sequences: dict[str, int | None]
    files_elsewhere: tuple[FileElsewhere, ...] = ()

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def written(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def manifest_of(text: bytes) -> Manifest:
    """Read a manifest. Raises BackupError."""
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BackupError(f"The manifest cannot be read: {error}.") from error
    if manifest.format != FORMAT:
        raise BackupError(
            f"This is a backup of the form “{manifest.format}”. This release reads"
            f" “{FORMAT}”."
        )
    return manifest
