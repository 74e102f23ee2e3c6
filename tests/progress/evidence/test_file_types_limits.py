"""Tests of the limits of files: each at its last good value, and one beyond."""

import struct

import pytest

from progress.evidence.file_types import (
    HARMLESS_UNPACKED,
    MOST_MEMBERS,
    MOST_UNPACKED,
    OFFICE,
    OPEN_DOCUMENT,
    FileProblem,
    FileProblemError,
    media_type_of,
)
from tests.progress import files

LIMIT = 20 * 1024 * 1024
END_OF_ARCHIVE = b"PK\x05\x06"
MOST_DIRECTORY = MOST_MEMBERS * 512


def outcome(name: str, content: bytes) -> FileProblem | None:
    """Why a file is refused, or None if it is accepted."""
    try:
        media_type_of(name, content, limit=LIMIT)
    except FileProblemError as error:
        return error.problem
    return None


# ---- Documents and pictures
@pytest.mark.parametrize("missing", [b"startxref", b"%%EOF"])
def test_a_pdf_needs_both_of_its_last_marks(missing):
    assert outcome("a.pdf", files.PDF.replace(missing, b"")) == FileProblem.DAMAGED


@pytest.mark.parametrize(
    ("more", "problem"),
    [(b"\x00" * 5, None), (b"\n", FileProblem.DAMAGED), (b"X", FileProblem.DAMAGED)],
)
def test_after_a_jpeg_there_may_be_zeros_only(more, problem):
    assert outcome("a.jpg", files.JPEG + more) == problem


@pytest.mark.parametrize(
    ("from_the_end", "problem"),
    [(65_557, FileProblem.SEVERAL_AT_ONCE), (65_558, None)],
)
def test_an_archive_is_looked_for_as_far_back_as_its_directory_can_begin(
    from_the_end, problem
):
    filler = b"x" * (from_the_end - len(END_OF_ARCHIVE) - 2)
    content = b"\xff\xd8\xff" + END_OF_ARCHIVE + filler + b"\xff\xd9"
    assert outcome("a.jpg", content) == problem


# ---- Archives
def test_one_byte_after_an_archive_is_too_many():
    assert outcome("a.docx", files.DOCX + b"x") == FileProblem.SEVERAL_AT_ONCE


@pytest.mark.parametrize(
    ("offset", "layout"),
    [(4, "<H"), (6, "<H"), (8, "<H"), (10, "<H"), (12, "<L"), (16, "<L"), (20, "<H")],
    ids=[
        "disk", "disk of the directory", "members here", "members", "size", "start",
        "length of a comment",
    ],
)  # fmt: skip
def test_a_directory_with_one_wrong_number_is_refused(offset, layout):
    changed = bytearray(files.DOCX)
    at = changed.rfind(END_OF_ARCHIVE) + offset
    (number,) = struct.unpack_from(layout, changed, at)
    struct.pack_into(layout, changed, at, number + 1)
    assert outcome("a.docx", bytes(changed)) == FileProblem.DAMAGED


@pytest.mark.parametrize(
    ("count", "problem"),
    [(MOST_MEMBERS, None), (MOST_MEMBERS + 1, FileProblem.UNPACKS_TOO_BIG)],
)
def test_an_archive_may_have_so_many_members(count, problem):
    more = {str(number): b"" for number in range(count - 1)}
    document = files.office("wordprocessingml.document", **more)
    assert outcome("a.docx", document) == problem


def test_very_many_members_are_counted_as_a_positive_number():
    changed = bytearray(files.DOCX)
    struct.pack_into("<HH", changed, changed.rfind(END_OF_ARCHIVE) + 8, 40_000, 40_000)
    assert outcome("a.docx", bytes(changed)) == FileProblem.UNPACKS_TOO_BIG


@pytest.mark.parametrize(
    ("size", "problem"),
    [(MOST_DIRECTORY, None), (MOST_DIRECTORY + 1, FileProblem.UNPACKS_TOO_BIG)],
)
def test_a_directory_may_be_so_long(size, problem):
    """Each member takes 46 bytes and its name, of at most 65,535."""
    left = size - 46 - len("[Content_Types].xml") - 20 * 46
    lengths = [52_000] * 19
    lengths.append(left - sum(lengths))
    names = [f"{number:02}".ljust(length, "x") for number, length in enumerate(lengths)]
    document = files.office("wordprocessingml.document", **dict.fromkeys(names, b""))
    assert outcome("a.docx", document) == problem


def declaring(content: bytes, unpacked: int) -> bytes:
    """The archive whose first member declares another size."""
    changed = bytearray(content)
    struct.pack_into("<L", changed, changed.find(b"PK\x01\x02") + 24, unpacked)
    return bytes(changed)


def test_an_archive_that_unpacks_to_little_is_no_danger_however_much_it_shrank():
    at_most = declaring(files.DOCX, HARMLESS_UNPACKED)
    assert outcome("a.docx", at_most) != FileProblem.UNPACKS_TOO_BIG
    more = declaring(files.DOCX, HARMLESS_UNPACKED + 1)
    assert outcome("a.docx", more) == FileProblem.UNPACKS_TOO_BIG


def test_an_archive_that_unpacks_to_very_much_is_refused_however_little_it_shrank():
    noise = bytes(range(256)) * 256 * 40
    content = {"[Content_Types].xml": files.content_types("a"), "noise": noise}
    big = files.archive(content, compression=0)
    left = MOST_UNPACKED - len(noise)
    assert outcome("a.docx", declaring(big, left)) != FileProblem.UNPACKS_TOO_BIG
    more = declaring(big, left + 1)
    assert outcome("a.docx", more) == FileProblem.UNPACKS_TOO_BIG


# ---- Office files
def test_a_document_that_names_a_project_of_macros_is_refused():
    main = f'"{OFFICE}wordprocessingml.document.main+xml"'
    types = f'{main} "application/vnd.ms-office.vbaProject"'.encode()
    document = files.archive({"[Content_Types].xml": types})
    assert outcome("a.docx", document) == FileProblem.MACROS


def test_an_open_document_begins_with_its_type_not_packed():
    kind = f"{OPEN_DOCUMENT}text".encode()
    first = files.archive({"mimetype": kind, "content.xml": b"<content/>"})
    assert outcome("a.odt", first) is None
    second = files.archive({"content.xml": b"<content/>", "mimetype": kind}, 0)
    assert outcome("a.odt", second) == FileProblem.DIFFERS
    packed = files.archive({"mimetypX": kind}).replace(b"mimetypX", b"mimetype")
    assert outcome("a.odt", packed) == FileProblem.DIFFERS
