"""All that can be read out of a file of a report: its text, properties, attachments."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

# Parts of a text that a format may set one by one, or on two lines.
BETWEEN = re.compile(r"<[^>]*>|[\s\u00ad\u200b]")


def all_text(content: bytes) -> str:
    """Return every text in a file, as it is and without what may divide a word."""
    text = "\n".join(_texts(content))
    return f"{text}\n{BETWEEN.sub('', text)}"


def _texts(content: bytes) -> Iterator[str]:
    if content.startswith(b"%PDF-"):
        yield from _texts_of_pdf(PdfReader(BytesIO(content)))
    elif content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as archive:
            yield archive.comment.decode("utf-8", "replace")
            for name in archive.namelist():
                yield name
                yield from _texts(archive.read(name))
    else:
        yield content.decode("utf-8", "replace")


def _texts_of_pdf(reader: PdfReader) -> Iterator[str]:
    """Yield the pages, and each text and stream of each object of the file."""
    yield from (page.extract_text() for page in reader.pages)
    for number in range(1, int(str(reader.trailer["/Size"]))):
        yield from _texts_of(reader.get_object(IndirectObject(number, 0, reader)))


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, StreamObject):
        yield from _texts(value.get_data())
    if isinstance(value, IndirectObject):
        return
    if isinstance(value, dict):
        for name, part in value.items():
            yield str(name)
            yield from _texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_of(part)
    elif isinstance(value, str):
        yield value
