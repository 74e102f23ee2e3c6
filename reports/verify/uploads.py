"""Hash a file as it comes in. Nothing of it is kept: not in memory, not on a disk."""

from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MOST_BYTES = 25 * 1024 * 1024  # of a file
# The most bytes of one request that are read, and thrown away. A browser shows why a
# file is refused only once it has sent all of it.
MOST_BYTES_READ = 4 * MOST_BYTES
FIELD = "file"


class HashedFile(UploadedFile):  # type: ignore[type-arg]  # not generic at run time
    """A file that was sent and is gone: its hash and size are left."""

    def __init__(self, sha256: str, size: int) -> None:
        # Django drops a file without a name.
        super().__init__(name=FIELD, size=size)
        self.sha256 = sha256


class HashFilesHandler(FileUploadHandler):
    """Hash the files of the field `file`, and skip all others."""

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        if field_name != FIELD:
            raise SkipFile
        super().new_file(field_name, *args, **kwargs)
        self.hash = sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= MOST_BYTES:
            self.hash.update(raw_data)

    def file_complete(self, file_size: int) -> HashedFile:
        return HashedFile(self.hash.hexdigest(), file_size)
