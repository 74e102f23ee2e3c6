"""Tests of the types of files: content decides what is accepted, not the name."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from progress.evidence.file_types import (
    FILE_TYPES,
    FileProblem,
    FileProblemError,
    media_type_of,
)
from tests.progress import files

LIMIT = 20 * 1024 * 1024
RIGHT = {
    "report.pdf": (files.PDF, "application/pdf"),
    "map.png": (files.PNG, "image/png"),
    "photo.jpg": (files.JPEG, "image/jpeg"),
    "PHOTO.JPEG": (files.JPEG, "image/jpeg"),
    "letter.docx": (files.DOCX, FILE_TYPES[".docx"].media_type),
    "table.xlsx": (files.XLSX, FILE_TYPES[".xlsx"].media_type),
    "letter.odt": (files.ODT, "application/vnd.oasis.opendocument.text"),
    "table.ods": (files.ODS, "application/vnd.oasis.opendocument.spreadsheet"),
    "notes.txt": (files.TEXT, "text/plain"),
    "rows.csv": (b"\xef\xbb\xbfa;b\r\n1;2\r\n", "text/csv"),
}


def refusal(name: str, content: bytes, limit: int = LIMIT) -> FileProblem:
    with pytest.raises(FileProblemError) as caught:
        media_type_of(name, content, limit=limit)
    return caught.value.problem


@pytest.mark.parametrize("name", RIGHT)
def test_a_file_that_is_what_its_name_says_is_taken(name):
    content, media_type = RIGHT[name]
    assert media_type_of(name, content, limit=LIMIT) == media_type


@pytest.mark.parametrize("ending", FILE_TYPES)
@pytest.mark.parametrize("name", RIGHT)
def test_a_file_under_the_name_of_another_type_is_refused(name, ending):
    content, media_type = RIGHT[name]
    if FILE_TYPES[ending].media_type == media_type:
        return
    if ending in {".txt", ".csv"} and media_type.startswith("text/"):
        return  # every table is a text
    with pytest.raises(FileProblemError):
        media_type_of(f"file{ending}", content, limit=LIMIT)


@pytest.mark.parametrize("name", RIGHT)
def test_a_file_cut_in_the_middle_or_empty_is_refused(name):
    content, media_type = RIGHT[name]
    assert refusal(name, b"") == FileProblem.EMPTY
    if not media_type.startswith("text/"):
        for length in (1, 4, 8, 20, len(content) // 2, len(content) - 3):
            with pytest.raises(FileProblemError):
                media_type_of(name, content[:length], limit=LIMIT)


@pytest.mark.parametrize("name", RIGHT)
def test_any_bytes_of_it_changed_end_in_a_refusal_or_not_at_all(name):
    """For every input the answer is a media type or a reason: never another error."""
    content, _ = RIGHT[name]
    for at in range(len(content)):
        changed = content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]
        try:
            media_type_of(name, changed, limit=LIMIT)
        except FileProblemError:
            continue


@pytest.mark.parametrize(
    "name",
    [
        "page.html",
        "drawing.svg",
        "macros.docm",
        "macros.xlsm",
        "old.doc",
        "old.xls",
        "run.exe",
        "run.js",
        "a.zip",
        "report.pdf.exe",
        "pdf",
        ".pdf",
        "",
    ],
)
def test_any_other_ending_is_refused(name):
    assert refusal(name, files.PDF) == FileProblem.NOT_ALLOWED


def test_a_file_may_be_as_long_as_the_limit_and_no_longer():
    assert media_type_of("a.txt", b"x" * 10, limit=10) == "text/plain"
    assert refusal("a.txt", b"x" * 11, limit=10) == FileProblem.TOO_BIG


def test_the_refusal_holds_its_reason():
    with pytest.raises(FileProblemError, match="differs") as caught:
        media_type_of("report.pdf", files.EXECUTABLE, limit=LIMIT)
    assert caught.value.problem == FileProblem.DIFFERS


@pytest.mark.parametrize("ending", ["pdf", "png", "jpg", "docx", "txt", "ods"])
@pytest.mark.parametrize("content", [files.EXECUTABLE, files.ELF, b"GIF89a\x01\x00"])
def test_programs_and_other_pictures_are_refused_under_every_name(ending, content):
    assert refusal(f"a.{ending}", content) == FileProblem.DIFFERS


# ---- Files that fit two types ------------------------------------------------------
def test_a_document_that_is_an_archive_too_is_refused():
    hidden = files.archive({"a.html": b"<script>"})
    assert (
        refusal("a.pdf", files.PDF[:-30] + hidden + files.PDF)
        == FileProblem.SEVERAL_AT_ONCE
    )
    assert refusal("a.jpg", files.JPEG + hidden) == FileProblem.SEVERAL_AT_ONCE
    assert refusal("a.png", files.PNG + hidden) == FileProblem.SEVERAL_AT_ONCE
    assert refusal("a.png", files.PNG + b"<script>") == FileProblem.SEVERAL_AT_ONCE


def test_an_office_file_with_something_before_or_behind_is_refused():
    assert refusal("a.docx", files.DOCX + b"<html>") == FileProblem.SEVERAL_AT_ONCE
    assert refusal("a.docx", files.PDF + files.DOCX) == FileProblem.DIFFERS
    two = files.XLSX + files.DOCX
    assert refusal("a.docx", two) == FileProblem.DAMAGED


def test_an_archive_with_a_comment_is_refused():
    made = BytesIO(files.DOCX)
    with zipfile.ZipFile(made, "a") as opened:
        opened.comment = b"<html><script>"
    assert refusal("a.docx", made.getvalue()) == FileProblem.SEVERAL_AT_ONCE


# ---- Text --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><p>",
        "  \n<script>alert(1)</script>",
        "\ufeff<svg onload=alert(1)>",
        "<?xml version='1.0'?>",
        "</b>",
        "#!/bin/sh\n",
        "{\\rtf1 a}",
        "%PDF-1.7 as text",
    ],
)
def test_a_page_or_a_script_is_no_text(text):
    assert refusal("a.txt", text.encode()) == FileProblem.MARKUP
    assert refusal("a.csv", text.encode()) == FileProblem.MARKUP


def test_text_may_speak_of_signs():
    content = b"< 5 offices, a <b> in the middle, -1 & +1, =SUM(A1)\n"
    assert media_type_of("a.txt", content, limit=LIMIT) == "text/plain"


def test_text_in_another_encoding_is_refused():
    assert refusal("a.txt", "報告".encode("shift-jis")) == FileProblem.NOT_UTF_8
    assert refusal("a.csv", "Büro".encode("latin-1")) == FileProblem.NOT_UTF_8
    assert refusal("a.csv", "a;b".encode("utf-16")) == FileProblem.DIFFERS
    assert refusal("a.txt", b"a\x00b") == FileProblem.DIFFERS


# ---- Archives ----------------------------------------------------------------------
def _with_sizes(content: bytes, unpacked: int) -> bytes:
    """The directory of the archive says another size of each member."""
    changed = bytearray(content)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<L", changed, at + 24, unpacked)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def test_an_archive_that_unpacks_to_too_much_is_refused_unopened():
    bomb = files.office("spreadsheetml.sheet", **{"xl/a.xml": b" " * 30_000_000})
    assert len(bomb) < 50_000
    assert refusal("a.xlsx", bomb) == FileProblem.UNPACKS_TOO_BIG
    declared = _with_sizes(files.XLSX, 250 * 1024 * 1024)
    assert refusal("a.xlsx", declared) == FileProblem.UNPACKS_TOO_BIG


def test_a_packed_table_of_a_common_size_is_taken():
    rows = b"".join(b"<row><c>%d</c></row>" % number for number in range(500_000))
    table = files.office("spreadsheetml.sheet", **{"xl/worksheets/sheet1.xml": rows})
    assert media_type_of("a.xlsx", table, limit=LIMIT)


def test_an_archive_of_very_many_members_is_refused():
    many = files.office(
        "spreadsheetml.sheet", **{f"xl/{number}.xml": b"" for number in range(2_001)}
    )
    assert refusal("a.xlsx", many) == FileProblem.UNPACKS_TOO_BIG


@pytest.mark.parametrize(
    "member",
    [
        "word/vbaProject.bin",
        "word/VBAPROJECT.BIN",
        "word/vbaData.xml",
        "xl/macrosheets/sheet1.xml",
        "word/activeX/activeX1.bin",
        "Basic/Standard/Module1.xml",
        "Scripts/python/run.py",
    ],
)
def test_macros_are_refused_whatever_the_file_says_of_itself(member):
    more = {member: b"x"}
    document = files.office("wordprocessingml.document", **more)
    assert refusal("a.docx", document) == FileProblem.MACROS
    assert refusal("a.odt", files.open_document("text", **more)) == FileProblem.MACROS


def test_a_document_that_says_it_has_macros_is_refused():
    main_type = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    document = files.archive({"[Content_Types].xml": b'"%s"' % main_type})
    assert refusal("a.docx", document) == FileProblem.MACROS


@pytest.mark.parametrize("member", ["../a.xml", "/etc/passwd", "a/../../b", "a\\b"])
def test_a_member_that_leads_out_of_its_folder_is_refused(member):
    document = files.office("wordprocessingml.document", **{member: b"x"})
    assert refusal("a.docx", document) == FileProblem.DAMAGED


def test_a_locked_archive_is_refused():
    changed = bytearray(files.DOCX)
    changed[changed.find(b"PK\x01\x02") + 8] |= 1
    assert refusal("a.docx", bytes(changed)) == FileProblem.LOCKED


def test_two_members_of_one_name_are_refused():
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("[Content_Types].xml", files.content_types("a"))
        with pytest.warns(UserWarning, match="Duplicate name"):
            opened.writestr("[Content_Types].xml", files.content_types("b"))
    assert refusal("a.docx", made.getvalue()) == FileProblem.DAMAGED


def test_an_archive_packed_in_an_unusual_way_is_refused():
    packed = files.archive(
        {"[Content_Types].xml": files.content_types("wordprocessingml.document")},
        zipfile.ZIP_LZMA,
    )
    assert refusal("a.docx", packed) == FileProblem.DAMAGED


def test_an_archive_of_anything_else_is_refused():
    assert refusal("a.docx", files.archive({"a.txt": b"x"})) == FileProblem.DIFFERS
    assert refusal("a.odt", files.archive({"a.txt": b"x"})) == FileProblem.DIFFERS
    packed = {"mimetype ": b"application/vnd.oasis.opendocument.text"}
    assert refusal("a.odt", files.archive(packed)) == FileProblem.DIFFERS


def test_a_member_that_does_not_unpack_is_refused():
    broken = bytearray(files.DOCX)
    start = broken.find(b"[Content_Types].xml") + len("[Content_Types].xml")
    broken[start] ^= 0xFF
    with pytest.raises((zlib.error, zipfile.BadZipFile)):
        zipfile.ZipFile(BytesIO(bytes(broken))).read("[Content_Types].xml")
    assert refusal("a.docx", bytes(broken)) == FileProblem.DAMAGED
