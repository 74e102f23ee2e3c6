"""The form of a backup: a compressed tar of parts, and the manifest as the last one.

Each table is some parts of a few megabytes, so that neither end holds a table at once,
and nothing waits on the disk.
"""

import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import GzipFile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from g7plan.backup.encryption import decrypted
from g7plan.backup.manifest import BackupError, Manifest, manifest_of

MANIFEST = "manifest.json"
_TABLES = "tables/"
# A part ends with the row that makes it as large. A row has one file of evidence or of
# a report at most, which COPY writes with two characters a byte.
PART_SIZE = 4 * 2**20
MOST_IN_A_PART = 512 * 2**20
# Files are compressed already: more effort gains little.
_EFFORT = 3
_BLOCK = 2**20


@contextmanager
def packed(stream: BinaryIO) -> Iterator[tarfile.TarFile]:
    """Give the archive to add parts to."""
    with (
        GzipFile(fileobj=stream, mode="wb", compresslevel=_EFFORT, mtime=0) as packer,
        tarfile.open(fileobj=packer, mode="w|") as archive,
    ):
        yield archive


def add_part(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, BytesIO(content))


def add_table_part(
    archive: tarfile.TarFile, table: str, number: int, content: bytes
) -> None:
    add_part(archive, f"{_TABLES}{table}/{number:06}", content)


@dataclass(frozen=True)
class BackupPart:
    """The next rows of a table, or the manifest: then `table` is empty."""

    table: str
    content: bytes


@contextmanager
def opened(path: Path, identities: Path | None) -> Iterator[Iterator[BackupPart]]:
    """Give the parts of a backup in their order. Raises BackupError."""
    try:
        with decrypted(path, identities) as stream, _unpacked(stream) as archive:
            yield _parts(archive)
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise BackupError(f"{path} cannot be read as a backup: {error}.") from error


@contextmanager
def _unpacked(stream: BinaryIO) -> Iterator[tarfile.TarFile]:
    with (
        GzipFile(fileobj=stream, mode="rb") as unpacker,
        tarfile.open(fileobj=unpacker, mode="r|") as archive,
    ):
        yield archive
        # To the end: the last bytes prove all before them.
        for source in (unpacker, stream):
            while source.read(_BLOCK):
                pass


def _parts(archive: tarfile.TarFile) -> Iterator[BackupPart]:
    for entry in archive:
        table, _slash, number = entry.name.removeprefix(_TABLES).rpartition("/")
        is_part = entry.name == MANIFEST or (
            entry.name.startswith(_TABLES) and bool(table) and number.isdecimal()
        )
        if not (is_part and entry.isreg() and entry.size <= MOST_IN_A_PART):
            raise BackupError(f"“{entry.name}” is no part of a backup.")
        content: Any = archive.extractfile(entry)
        yield BackupPart(table, content.read())


@dataclass
class Sum:
    """The size and hash of what has come of a table."""

    size: int = 0
    digest: Any = field(default_factory=sha256)

    def add(self, content: bytes) -> None:
        self.size += len(content)
        self.digest.update(content)


@dataclass(frozen=True)
class Backup:
    """A backup whose every part is there, with the hash that its manifest gives."""

    path: Path
    identities: Path | None
    manifest: Manifest

    @classmethod
    def checked(cls, path: Path, identities: Path | None) -> "Backup":
        """Read the whole file and compare it with its manifest. Raises BackupError."""
        sums: dict[str, Sum] = {}
        manifest = None
        with opened(path, identities) as parts:
            for part in parts:
                if manifest is not None:
                    raise BackupError("The backup goes on after its manifest.")
                if part.table:
                    sums.setdefault(part.table, Sum()).add(part.content)
                else:
                    manifest = manifest_of(part.content)
        if manifest is None:
            raise BackupError("The backup has no manifest. It was cut off.")
        compare(sums, manifest)
        return cls(path, identities, manifest)


def compare(sums: dict[str, Sum], manifest: Manifest) -> None:
    """Raise BackupError unless the tables are those of the manifest."""
    empty = sha256().hexdigest()
    wanted = {
        table.name: (table.size, table.sha256)
        for table in manifest.tables
        if (table.size, table.sha256) != (0, empty)
    }
    found = {name: (has.size, has.digest.hexdigest()) for name, has in sums.items()}
    wrong = sorted(
        name for name in {*wanted, *found} if wanted.get(name) != found.get(name)
    )
    if wrong:
        raise BackupError(
            "The backup is damaged. These tables are not what the manifest says: "
            + ", ".join(wrong)
            + "."
        )
