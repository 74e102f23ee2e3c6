"""Files that a browser sends with an entry: kept while they are short enough.

Everywhere else files are refused (`g7plan.uploads`). Here they go to the disk and not
into memory, and only for somebody of a delegation: whoever else sends some has written
nothing. Django checks the token of a form after it has read the form; a file that came
without the right one is gone when the request ends. A file that is too long never stops
the form: what was typed beside it must not be lost.
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

# Of one request, read at all: more than anybody sends by mistake, and not endless.
MOST_BYTES_READ = 256 * 1024 * 1024
# Of one request, kept: a handful of the biggest files.
MOST_BYTES_KEPT = 5 * limits.EVIDENCE_FILE_BYTES
MOST_FILES = limits.EVIDENCE_ITEMS


class NotKept(UploadedFile):  # type: ignore[type-arg]  # it is not generic at run time
    """What stands for a file of which nothing was kept."""


class FilesPassedOver(FileUploadHandler):
    """The form is read, its files are not."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise SkipFile


class FilesKept(TemporaryFileUploadHandler):
    """Each on the disk, up to the limit of one file and of all together."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.count = 0
        self.all_kept = 0
        self.length = 0
        self.is_kept = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        self.length = 0
        self.is_kept = True
        if self.count > MOST_FILES:
            self._let_go()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if not self.is_kept:
            return
        self.length += len(raw_data)
        is_too_long = self.length > limits.EVIDENCE_FILE_BYTES
        if is_too_long or self.all_kept + self.length > MOST_BYTES_KEPT:
            self._let_go()
        else:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]  # as above
        if not self.is_kept:
            return NotKept(name=self.file_name, size=file_size)
        self.all_kept += self.length
        return super().file_complete(file_size)

    def _let_go(self) -> None:
        self.is_kept = False
        self.file.close()


def takes_files(view: AnyView[Arguments]) -> AnyView[Arguments]:
    """For pages whose form has files. Put it above every other decorator."""
    protected = csrf_protect(view)

    @csrf_exempt  # the handlers are chosen first: the check of the token reads the form
    @wraps(view)
    def taking(
        request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > MOST_BYTES_READ:
            raise RequestDataTooBig
        user = request.user
        is_of_a_delegation = user.is_authenticated and user.delegation is not None
        handler = FilesKept if is_of_a_delegation else FilesPassedOver
        request.upload_handlers = [handler(request)]
        return protected(request, *args, **kwargs)

    return taking


def sent_files(request: HttpRequest, name: str) -> Iterator[tuple[str, bytes | None]]:
    """The files of one field with their bytes, one at a time; None: not kept."""
    for file in request.FILES.getlist(name):
        given_name = file.name or ""
        if isinstance(file, NotKept):
            yield given_name, None
            continue
        with file.open() as opened:
            yield given_name, opened.read()
