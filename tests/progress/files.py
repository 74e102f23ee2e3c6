"""Sample files, made here so that no binary lies in the repository."""

import struct
import zipfile
import zlib
from io import BytesIO

from progress.evidence.file_types import OFFICE, OPEN_DOCUMENT

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 9 + b"\xff\xd9"
TEXT = "Zwei von fünf Büros sind angebunden. 報告\n".encode()


def _chunk(kind: bytes, content: bytes = b"") -> bytes:
    check = struct.pack(">L", zlib.crc32(kind + content))
    return struct.pack(">L", len(content)) + kind + content + check


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">LLBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND")
)


def archive(
    members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", compression) as opened:
        for name, content in members.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else compression
            opened.writestr(name, content, compress_type=how)
    return made.getvalue()


def content_types(main_type: str) -> bytes:
    part = (
        f'<Override PartName="/main.xml" ContentType="{OFFICE}{main_type}.main+xml"/>'
    )
    return f"<Types>{part}</Types>".encode()


def office(main_type: str, **more: bytes) -> bytes:
    return archive({"[Content_Types].xml": content_types(main_type), **more})


def open_document(kind: str, **more: bytes) -> bytes:
    first = {"mimetype": f"{OPEN_DOCUMENT}{kind}".encode()}
    return archive({**first, "content.xml": b"<content/>", **more})


DOCX = office("wordprocessingml.document")
XLSX = office("spreadsheetml.sheet")
ODT = open_document("text")
ODS = open_document("spreadsheet")
EXECUTABLE = b"MZ\x90\x00" + b"\x00" * 100
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 60
