"""Receive files that a browser sends with a form, up to a size.

Files are written to the disk, not to memory. A file that is too long does not stop the
form, nor does a full disk: the text typed beside it must not be lost.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

from progress import limits

logger = structlog.get_logger()

# The most bytes of one request that are kept: five of the largest files.
MOST_BYTES_KEPT = 5 * limits.EVIDENCE_FILE_BYTES
MOST_FILES = limits.EVIDENCE_ITEMS


class SkippedFile(UploadedFile):  # type: ignore[type-arg]  # not generic at run time
    """A file that was sent, of which nothing was kept."""

    # Whether this machine could not write it, rather than that it was too large.
    is_fault_of_ours = False


class SkipFilesHandler(FileUploadHandler):
    """Read the form, and skip its files."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise SkipFile


class KeepFilesHandler(TemporaryFileUploadHandler):
    """Write each file to the disk, up to a limit for one file and for all together."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.count = 0
        self.kept_bytes = 0
        self.length = 0
        self.is_kept = self.is_faulty = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.is_kept, self.is_faulty = True, False
        self.count += 1
        self.length = 0
        self.file = None  # type: ignore[assignment]  # not the file before
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            FileUploadHandler.new_file(self, *args, **kwargs)
            self._fail(error)
        if self.count > MOST_FILES:
            self._skip()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.is_kept:
            return
        self.length += len(raw_data)
        is_too_long = self.length > limits.EVIDENCE_FILE_BYTES
        if is_too_long or self.kept_bytes + self.length > MOST_BYTES_KEPT:
            self._skip()
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._fail(error)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]  # as above
        if self.is_kept:
            try:
                complete = super().file_complete(file_size)
            except OSError as error:
                self._fail(error)
            else:
                self.kept_bytes += self.length
                return complete
        skipped = SkippedFile(name=self.file_name, size=file_size)
        skipped.is_fault_of_ours = self.is_faulty
        return skipped

    def _fail(self, error: OSError) -> None:
        """Skip a file that this machine cannot write: its disk is full, perhaps."""
        logger.warning("upload_not_written", reason=type(error).__name__)
        self.is_faulty = True
        self._skip()

    def _skip(self) -> None:
        self.is_kept = False
        # Closing writes what is left in memory, and fails if the disk is full.
        with suppress(OSError):
            if self.file is not None:
                self.file.close()


@dataclass(frozen=True)
class ReceivedFile:
    """One file of a form. Without `content` it was not kept."""

    name: str
    content: bytes | None
    is_fault_of_ours: bool = False


def received_files(
    files: Iterable[UploadedFile],  # type: ignore[type-arg]  # as above
) -> Iterator[ReceivedFile]:
    """Yield each file that was sent, with its bytes."""
    for file in files:
        given_name = file.name or ""
        if isinstance(file, SkippedFile):
            yield ReceivedFile(given_name, None, file.is_fault_of_ours)
            continue
        try:
            with file.open() as opened:
                yield ReceivedFile(given_name, opened.read())
        except OSError as error:
            logger.warning("upload_not_read", reason=type(error).__name__)
            yield ReceivedFile(given_name, None, is_fault_of_ours=True)
