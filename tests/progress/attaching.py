"""The form data of an editor with files, as a browser sends it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from progress.models import Entry, Evidence
from tests.progress import files
from tests.progress.editing import typed

ONE = {"evidence-1-title": "", "evidence-1-url": ""}


def sent(*chosen: SimpleUploadedFile, **fields: object) -> dict[str, object]:
    """The editor's fields with an empty first row, and files."""
    return {**typed(), **ONE, "files": list(chosen), **fields}


def text_file(
    name: str = "protocol.txt", content: bytes = files.TEXT
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def rows_of(entry: Entry) -> list[Evidence]:
    """Return the evidence of an entry, in order."""
    return [
        link.evidence
        for link in entry.evidence_links.select_related("evidence").order_by("position")
    ]
