"""Which files are taken as evidence, told by what is in them. Plain Python.

A name and a browser's word are claims. What is kept is of one of a few types, and of
that type only: a file that is a picture to one program and an archive or a page to
another is refused. Office files are archives: what they say they unpack to is read
before anything is unpacked (2.3 MB became 606 MiB).
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath

import puremagic

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
# Text and drawings in XML pack ten to thirty times; a bomb a thousand times.
MOST_UNPACKED_FOR_EACH_BYTE = 100
# Below this nothing unpacks into trouble, however well it packs.
HARMLESS_UNPACKED = 10 * 1024 * 1024
MOST_CONTENT_TYPES = 1024 * 1024
# Bytes by which a file is told; more is not shown to the library that guesses.
HEAD = 1024


class FileProblem(StrEnum):
    """Why a file is not taken."""

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
    """`seems` is what the content looks like, in English, where that is known."""

    def __init__(self, unfit: FileProblem, seems: str = "") -> None:
        super().__init__(unfit)
        self.unfit = unfit
        self.seems = seems


@dataclass(frozen=True)
class FileType:
    media_type: str
    check: Callable[[bytes], None]


def recognised(name: str, content: bytes, *, limit: int) -> str:
    """The media type of a file that is what its name says. Raises FileProblemError."""
    if not content:
        raise FileProblemError(FileProblem.EMPTY)
    if len(content) > limit:
        raise FileProblemError(FileProblem.TOO_BIG)
    file_type = FILE_TYPES.get(PurePosixPath(name).suffix.lower())
    if file_type is None:
        raise FileProblemError(FileProblem.NOT_ALLOWED)
    file_type.check(content)
    return file_type.media_type


def _differs(content: bytes) -> FileProblemError:
    return FileProblemError(FileProblem.DIFFERS, _seems(content))


def _seems(content: bytes) -> str:
    """A second opinion, for the sentence somebody reads; nothing is decided by it."""
    try:
        matches = puremagic.magic_string(content[:HEAD])
    except (puremagic.PureError, ValueError):
        return ""
    return str(matches[0].name) if matches else ""


# ---- Documents and pictures --------------------------------------------------------
def _check_pdf(content: bytes) -> None:
    if not re.match(rb"%PDF-[12]\.\d", content):
        raise _differs(content)
    tail = content[-HEAD:]
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise FileProblemError(FileProblem.DAMAGED)
    _check_alone(content)


def _check_png(content: bytes) -> None:
    """Chunk by chunk, from the first to IEND, and nothing behind it."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"):
        raise _differs(content)
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
    """From the first marker to the last. Cameras pad what comes after with zeros."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise _differs(content)
    _check_alone(content)
    if not content.rstrip(b"\x00").endswith(b"\xff\xd9"):
        raise FileProblemError(FileProblem.DAMAGED)


def _check_alone(content: bytes) -> None:
    """A file that ends in an archive's directory is an archive to whoever unpacks."""
    if b"PK\x05\x06" in content[-65_557:]:
        raise FileProblemError(FileProblem.SEVERAL_AT_ONCE)


# ---- Text --------------------------------------------------------------------------
# What opens as something else wherever types are guessed from content.
NOT_TEXT = re.compile(r"\s*(<[!?a-z/]|%PDF-|#!|\{\\rtf)", re.IGNORECASE)
# No text has them: everything below the blank but tab, line ends and form feed.
NO_TEXT_BYTES = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


def _check_text(content: bytes) -> None:
    if NO_TEXT_BYTES.search(content):
        raise _differs(content)
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


def _check_office(main_type: str) -> Callable[[bytes], None]:
    def check(content: bytes) -> None:
        with _opened(content) as archive:
            types = _member(archive, "[Content_Types].xml", content)
        if b"macroEnabled" in types or b"vbaProject" in types:
            raise FileProblemError(FileProblem.MACROS)
        if f'"{OFFICE}{main_type}.main+xml"'.encode() not in types:
            raise _differs(content)

    return check


def _check_open_document(kind: str) -> Callable[[bytes], None]:
    def check(content: bytes) -> None:
        with _opened(content) as archive:
            first = min(archive.infolist(), key=lambda member: member.header_offset)
            stored = first.compress_type == zipfile.ZIP_STORED
            if first.filename != "mimetype" or not stored:
                raise _differs(content)
            if (
                _member(archive, "mimetype", content)
                != f"{OPEN_DOCUMENT}{kind}".encode()
            ):
                raise _differs(content)

    return check


def _opened(content: bytes) -> zipfile.ZipFile:
    if not content.startswith(b"PK\x03\x04"):
        raise _differs(content)
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
    """How many members the directory names, if it ends where the file does.

    Nothing stands before the first member or behind the directory, no part of it lies
    in another file, and none of these files is so big that it needs ZIP64.
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
    # Each takes 46 bytes and its name: so many names are read into memory at most.
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
        if member.flag_bits & 0x41:  # the password's flag, and that of the stronger one
            raise FileProblemError(FileProblem.LOCKED)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise FileProblemError(FileProblem.DAMAGED)
        if _leads_out(member.orig_filename):
            raise FileProblemError(FileProblem.DAMAGED)
        if MACROS.search(member.filename):
            raise FileProblemError(FileProblem.MACROS)


def _leads_out(name: str) -> bool:
    """Would it be written beside, and not inside, the folder it is unpacked to?"""
    path = PurePosixPath(name)
    return (
        path.is_absolute() or ".." in path.parts or bool(re.search(r"[\\\x00]", name))
    )


def _member(archive: zipfile.ZipFile, name: str, content: bytes) -> bytes:
    """A member's bytes, and no more of them than there should be."""
    try:
        with archive.open(name) as member:
            return member.read(MOST_CONTENT_TYPES)
    except KeyError as error:
        raise _differs(content) from error
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
        _check_office("wordprocessingml.document"),
    ),
    ".xlsx": FileType(
        f"{OFFICE}spreadsheetml.sheet", _check_office("spreadsheetml.sheet")
    ),
    ".odt": FileType(f"{OPEN_DOCUMENT}text", _check_open_document("text")),
    ".ods": FileType(
        f"{OPEN_DOCUMENT}spreadsheet", _check_open_document("spreadsheet")
    ),
    ".txt": FileType("text/plain", _check_text),
    ".csv": FileType("text/csv", _check_text),
}
