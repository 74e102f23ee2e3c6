"""Receive files that a browser sends with a form, up to a size.

Files are written to the disk, not to memory. A file that is too long does not stop the
form: the text typed beside it must not be lost.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)

from progress import limits

# The most bytes of one request that are kept: five of the largest files.
MOST_BYTES_KEPT = 5 * limits.EVIDENCE_FILE_BYTES
MOST_FILES = limits.EVIDENCE_ITEMS


class SkippedFile(UploadedFile):  # type: ignore[type-arg]  # not generic at run time
    """A file that was sent, of which nothing was kept."""


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
        self.is_kept = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        self.length = 0
        self.is_kept = True
        if self.count > MOST_FILES:
            self._skip()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.is_kept:
            return
        self.length += len(raw_data)
        is_too_long = self.length > limits.EVIDENCE_FILE_BYTES
        if is_too_long or self.kept_bytes + self.length > MOST_BYTES_KEPT:
            self._skip()
        else:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]  # as above
        if not self.is_kept:
            return SkippedFile(name=self.file_name, size=file_size)
        self.kept_bytes += self.length
        return super().file_complete(file_size)

    def _skip(self) -> None:
        self.is_kept = False
        self.file.close()


def sent_files(
    files: Iterable[UploadedFile],  # type: ignore[type-arg]  # as above
) -> Iterator[tuple[str, bytes | None]]:
    """Yield each file's name with its bytes; None if it was not kept."""
    for file in files:
        given_name = file.name or ""
        if isinstance(file, SkippedFile):
            yield given_name, None
            continue
        with file.open() as opened:
            yield given_name, opened.read()
