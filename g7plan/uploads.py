"""Refuse uploaded files, except on pages that choose other upload handlers."""

from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class NoFiles(FileUploadHandler):
    """Keep no file, and refuse a body that is too long without files.

    Django limits what it holds in memory. But it would write files to disk without a
    limit, from any client and at every address, before a view runs.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 - the parser's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SkipFile
