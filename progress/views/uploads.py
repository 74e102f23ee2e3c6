"""Receive files that a browser sends with an entry, up to a size.

All other pages refuse files (`g7plan.uploads`). Here files are written to the disk, not
to memory, and only for people of a delegation; files of others are skipped. Django
checks a form's token after it has read the form. A file that came without the right
token is deleted when the request ends. A file that is too long does not stop the form:
the text typed beside it must not be lost.
"""

from collections.abc import Iterator
from functools import wraps
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from progress import limits
from progress.views.unsent_text import AnyView, Arguments

# The most bytes of one request that are read. No one sends more by mistake.
MOST_BYTES_READ = 256 * 1024 * 1024
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

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
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


def receives_files(view: AnyView[Arguments]) -> AnyView[Arguments]:
    """Let a view receive files. Put this above every other decorator."""
    protected = csrf_protect(view)

    @csrf_exempt  # `protected` checks the token, once the handlers are chosen
    @wraps(view)
    def receiving(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > MOST_BYTES_READ:
            raise RequestDataTooBig
        user = request.user
        is_of_a_delegation = user.is_authenticated and user.delegation is not None
        handler = KeepFilesHandler if is_of_a_delegation else SkipFilesHandler
        request.upload_handlers = [handler(request)]
        return protected(request, *args, **kwargs)

    return receiving


def sent_files(request: HttpRequest, name: str) -> Iterator[tuple[str, bytes | None]]:
    """Yield the files of one field, each with its bytes; None if it was not kept."""
    for file in request.FILES.getlist(name):
        given_name = file.name or ""
        if isinstance(file, SkippedFile):
            yield given_name, None
            continue
        with file.open() as opened:
            yield given_name, opened.read()
