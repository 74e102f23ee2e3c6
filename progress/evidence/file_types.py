"""Which files are accepted as evidence, judged by their content. Plain Python.

A file's name and the type that a browser sends are only claims. A file is accepted if
its content is of one of a few types, and of that type only. A file that one program
reads as a picture and another as an archive or a page is refused. Office files are
archives: their declared unpacked size is checked before anything is unpacked (2.3 MB
became 606 MiB).
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
# Text and drawings in XML shrink ten to thirty times; a bomb a thousand times.
MOST_UNPACKED_FOR_EACH_BYTE = 100
# Below this size no file is a danger, however much it was packed.
HARMLESS_UNPACKED = 10 * 1024 * 1024
MOST_CONTENT_TYPES = 1024 * 1024
# Where a PDF must have its last marks: within so many bytes of its end.
PDF_TAIL = 1024


class FileProblem(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_ALLOWED = "not_allowed"
    DIFFERS = "differs"
    DAMAGED = "damaged"
    SEVERAL_AT_ONCE = "several_at_once"
    MACROS = "macros"
    LOCKED = "locked"
    UNPACKS_TOO_BIG = "unpacks_too_big"
    NOT_UTF_8 = "not_utf_8"
    MARKUP = "markup"


class FileProblemError(Exception):
    """Raised for a file that is refused. `problem` says why."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class FileType:
    """A type that is accepted. `check` raises FileProblemError for other content."""

    media_type: str
    check: Callable[[bytes], None]


def media_type_of(name: str, content: bytes, *, limit: int) -> str:
    """Return the media type of a file whose content is what its name says.

    `limit` is the largest size in bytes. Raises FileProblemError.
    """
    if not content:
        raise FileProblemError(FileProblem.EMPTY)
    if len(content) > limit:
        raise FileProblemError(FileProblem.TOO_BIG)
    file_type = FILE_TYPES.get(PurePosixPath(name).suffix.lower())
    if file_type is None:
        raise FileProblemError(FileProblem.NOT_ALLOWED)
    file_type.check(content)
    return file_type.media_type


# ---- Documents and pictures --------------------------------------------------------
def _check_pdf(content: bytes) -> None:
    if not re.match(rb"%PDF-[12]\.\d", content):
        raise FileProblemError(FileProblem.DIFFERS)
    tail = content[-PDF_TAIL:]
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise FileProblemError(FileProblem.DAMAGED)
    _refuse_archive_inside(content)


def _check_png(content: bytes) -> None:
    """Follow the chunks from the first one to IEND. Nothing may come after it."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"):
        raise FileProblemError(FileProblem.DIFFERS)
    at, kind = 8, b""
    while kind != b"IEND":
        if at + 12 > len(content):
            raise FileProblemError(FileProblem.DAMAGED)
        length, kind = struct.unpack_from(">L4s", content, at)
        at += 12 + length
    if at < len(content):
        raise FileProblemError(FileProblem.SEVERAL_AT_ONCE)
    if at > len(content):
        raise FileProblemError(FileProblem.DAMAGED)


def _check_jpeg(content: bytes) -> None:
    """Check the first and the last marker. Some cameras add zeros after the last."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise FileProblemError(FileProblem.DIFFERS)
    _refuse_archive_inside(content)
    if not content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        raise FileProblemError(FileProblem.DAMAGED)


def _refuse_archive_inside(content: bytes) -> None:
    """Refuse a file that ends in an archive's directory: it opens as an archive too."""
    if b"PK\x05\x06" in content[-65_557:]:
        raise FileProblemError(FileProblem.SEVERAL_AT_ONCE)


# ---- Text --------------------------------------------------------------------------
# A text that begins so may be opened as another type, where types are guessed.
NOT_TEXT = re.compile(r"\s*(<[!?a-z/]|%PDF-|#!|\{\\rtf)", re.IGNORECASE)
# No text has these: all below the blank, except tab, line ends and form feed.
NO_TEXT_BYTES = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


def _check_text(content: bytes) -> None:
    if NO_TEXT_BYTES.search(content):
        raise FileProblemError(FileProblem.DIFFERS)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileProblemError(FileProblem.NOT_UTF_8) from error
    if NOT_TEXT.match(text):
        raise FileProblemError(FileProblem.MARKUP)


# ---- Office files ------------------------------------------------------------------
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MACROS = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/|activex/)|^(basic|scripts)/",
    re.IGNORECASE,
)


def _check_office(main_type: str, content: bytes) -> None:
    with _open_archive(content) as archive:
        types = _read_member(archive, "[Content_Types].xml")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise FileProblemError(FileProblem.MACROS)
    if f'"{OFFICE}{main_type}.main+xml"'.encode() not in types:
        raise FileProblemError(FileProblem.DIFFERS)


def _check_open_document(kind: str, content: bytes) -> None:
    with _open_archive(content) as archive:
        first = min(archive.infolist(), key=lambda member: member.header_offset)
        stored = first.compress_type == zipfile.ZIP_STORED
        if first.filename != "mimetype" or not stored:
            raise FileProblemError(FileProblem.DIFFERS)
        if _read_member(archive, "mimetype") != f"{OPEN_DOCUMENT}{kind}".encode():
            raise FileProblemError(FileProblem.DIFFERS)


def _open_archive(content: bytes) -> zipfile.ZipFile:
    """Return the archive after checking what its directory declares."""
    if not content.startswith(b"PK\x03\x04"):
        raise FileProblemError(FileProblem.DIFFERS)
    count = _declared_members(content)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise FileProblemError(FileProblem.DAMAGED) from error
    members = archive.infolist()
    if len(members) != count or len({member.filename for member in members}) != count:
        raise FileProblemError(FileProblem.DAMAGED)
    _check_members(members)
    return archive


def _declared_members(content: bytes) -> int:
    """Return how many members the directory names, if it ends where the file does.

    There is nothing before the first member or after the directory. No part is in
    another file. None of these files is so big that it needs ZIP64.
    """
    at = content.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(content):
        raise FileProblemError(FileProblem.DAMAGED)
    if at + 22 < len(content):
        raise FileProblemError(FileProblem.SEVERAL_AT_ONCE)
    disk, directory_disk, here, count, size, offset, comment = struct.unpack_from(
        "<4x4H2LH", content, at
    )
    if disk or directory_disk or here != count or comment or offset + size != at:
        raise FileProblemError(FileProblem.DAMAGED)
    # Each member takes 46 bytes and its name. This limits how much is read.
    if count > MOST_MEMBERS or size > MOST_MEMBERS * 512:
        raise FileProblemError(FileProblem.UNPACKS_TOO_BIG)
    return int(count)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    is_bomb = unpacked > max(HARMLESS_UNPACKED, packed * MOST_UNPACKED_FOR_EACH_BYTE)
    if unpacked > MOST_UNPACKED or is_bomb:
        raise FileProblemError(FileProblem.UNPACKS_TOO_BIG)
    for member in members:
        if member.flag_bits & 0x41:  # encrypted, or strongly encrypted
            raise FileProblemError(FileProblem.LOCKED)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise FileProblemError(FileProblem.DAMAGED)
        if _leaves_folder(member.orig_filename):
            raise FileProblemError(FileProblem.DAMAGED)
        if MACROS.search(member.filename):
            raise FileProblemError(FileProblem.MACROS)


def _leaves_folder(name: str) -> bool:
    """Return whether this member would be unpacked outside its folder."""
    path = PurePosixPath(name)
    return (
        path.is_absolute() or ".." in path.parts or bool(re.search(r"[\\\x00]", name))
    )


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member's bytes, up to a limit."""
    try:
        with archive.open(name) as member:
            return member.read(MOST_CONTENT_TYPES)
    except KeyError as error:
        raise FileProblemError(FileProblem.DIFFERS) from error
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        ValueError,
        zlib.error,
    ) as error:
        raise FileProblemError(FileProblem.DAMAGED) from error


FILE_TYPES = {
    ".pdf": FileType("application/pdf", _check_pdf),
    ".png": FileType("image/png", _check_png),
    ".jpg": FileType("image/jpeg", _check_jpeg),
    ".jpeg": FileType("image/jpeg", _check_jpeg),
    ".docx": FileType(
        f"{OFFICE}wordprocessingml.document",
        partial(_check_office, "wordprocessingml.document"),
    ),
    ".xlsx": FileType(
        f"{OFFICE}spreadsheetml.sheet", partial(_check_office, "spreadsheetml.sheet")
    ),
    ".odt": FileType(f"{OPEN_DOCUMENT}text", partial(_check_open_document, "text")),
    ".ods": FileType(
        f"{OPEN_DOCUMENT}spreadsheet", partial(_check_open_document, "spreadsheet")
    ),
    ".txt": FileType("text/plain", _check_text),
    ".csv": FileType("text/csv", _check_text),
}
