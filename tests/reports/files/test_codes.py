"""Tests of the code and the QR code of each file, and of "Draft 2" and "Final".

No decoder is needed: the modules of a picture are compared with those of segno.
"""

import io
import re
import subprocess
import zlib
from zipfile import ZipFile

import pytest
import segno

from reports.renderers.csv_table import render_csv, render_people_csv
from reports.renderers.docx import render_docx
from reports.renderers.html.page import render_html
from reports.renderers.json_document import render_json
from reports.renderers.pdf import render_pdf
from reports.renderers.qr import QUIET, SCALE, qr_modules, qr_png, qr_svg
from reports.renderers.xlsx import render_xlsx
from tests.reports.pdf.pdf_reading import alternative_texts, read, whole_text
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import CODE, short_snapshot, with_envelope

ADDRESS = f"https://g7.example/verify/#{CODE}"
LONG_ADDRESS = f"https://{'stocktakes.' * 6}example/verify/#{CODE}"
PRINTED = "0123-4567-89AB-CDEF"
WORDS = f"QR code: https://g7.example/verify/ with the verification code {PRINTED}"
PIXELS_PER_INCH = 200
PLAIN, FROM_ABOVE = 0, 2  # how a PNG writes a row


@pytest.fixture(scope="module")
def draft():
    return short_snapshot()


@pytest.fixture(scope="module")
def final(draft):
    changes = {"circulation": "final", "draft_number": None, "final_of": SHA256[:32]}
    return with_envelope(draft, **changes)


@pytest.fixture(scope="module")
def codeless(draft):
    return with_envelope(draft, code="", verify_url="", draft_number=None)


def rows_of_png(content):
    """The pixels of a PNG of one bit each. Dark is true."""
    width = int.from_bytes(content[16:20])
    parts, at = b"", 8
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        if content[at + 4 : at + 8] == b"IDAT":
            parts += content[at + 8 : at + 8 + length]
        at += length + 12
    packed, stride = zlib.decompress(parts), (width + 7) // 8 + 1
    row = bytes(stride - 1)
    for start in range(0, len(packed), stride):
        (kind, *given), above = packed[start : start + stride], row
        assert kind in {PLAIN, FROM_ABOVE}
        before = above if kind == FROM_ABOVE else bytes(len(above))
        row = bytes((one + up) % 256 for one, up in zip(given, before, strict=True))
        bits = "".join(f"{byte:08b}" for byte in row)
        yield [bit == "0" for bit in bits[:width]]


def modules_of(rows, size):
    """Take the middle of each module of a picture, from its first dark pixel on."""
    dark = [
        (y, x) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    ]
    top, bottom = min(y for y, _x in dark), max(y for y, _x in dark) + 1
    left, right = min(x for _y, x in dark), max(x for _y, x in dark) + 1
    tall, wide = (bottom - top) / size, (right - left) / size
    return [
        [
            rows[int(top + (line + 0.5) * tall)][int(left + (place + 0.5) * wide)]
            for place in range(size)
        ]
        for line in range(size)
    ]


@pytest.mark.parametrize("address", [ADDRESS, LONG_ADDRESS])
def test_the_modules_are_those_of_the_address(address):
    code = segno.make_qr(address, error="m")
    assert qr_modules(address) == [[bool(one) for one in row] for row in code.matrix]
    assert len(code.matrix) <= 33 or len(address) > 62


def test_the_svg_draws_the_modules():
    modules = qr_modules(ADDRESS)
    drawn = [[False] * len(modules) for _row in modules]
    path = qr_svg(ADDRESS).rpartition(' d="')[2]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        for place in range(int(x), int(x) + int(width)):
            drawn[int(y) - QUIET][place - QUIET] = True
    assert drawn == modules


def test_the_png_draws_the_modules():
    modules = qr_modules(ADDRESS)
    rows = [*rows_of_png(qr_png(ADDRESS))]
    assert len(rows) == (len(modules) + 2 * QUIET) * SCALE
    assert modules_of(rows, len(modules)) == modules


def test_the_page_shows_the_code_and_draws_the_address(draft):
    page = render_html(draft, SHA256).decode()
    assert PRINTED in page
    assert qr_svg(ADDRESS).partition("><")[2] in page
    assert f'aria-label="{WORDS}"' in page


def test_word_and_excel_show_the_code_as_a_picture(draft):
    docx = ZipFile(io.BytesIO(render_docx(draft, SHA256, font_dirs=())))
    xlsx = ZipFile(io.BytesIO(render_xlsx(draft, SHA256)))
    pictures = [docx.read(name) for name in docx.namelist() if "/media/" in name]
    assert qr_png(ADDRESS) in pictures
    assert xlsx.read("xl/media/image1.png") == qr_png(ADDRESS)
    for package, part in ((docx, "word/document"), (xlsx, "xl/drawings/drawing1")):
        assert f'descr="{WORDS}"'.encode() in package.read(f"{part}.xml")
    assert PRINTED.encode() in docx.read("word/document.xml")
    assert PRINTED.encode() in xlsx.read("xl/sharedStrings.xml")


def test_the_files_for_programs_have_the_code(draft):
    assert f'"code":"{CODE}"'.encode() in render_json(draft)
    assert f",{CODE},".encode() in render_csv(draft, SHA256)
    assert f",{PRINTED},".encode() in render_people_csv(draft, SHA256)


@pytest.fixture(scope="module")
def draft_pdf(draft):
    return render_pdf(draft, SHA256, font_dirs=()).content


@pytest.mark.long
def test_a_camera_reads_the_code_of_the_pdf(draft_pdf, tmp_path):
    reader = read(draft_pdf)
    assert PRINTED in whole_text(reader)
    assert WORDS in alternative_texts(reader)
    picture = first_page_of(draft_pdf, tmp_path)
    corner = [row[int(len(row) * 0.78) :] for row in picture[len(picture) // 8 :]]
    corner = corner[: len(picture) // 12]
    modules = qr_modules(ADDRESS)
    assert modules_of(corner, len(modules)) == modules


def first_page_of(content, folder):
    """The pixels of the first page as a printer sees them. Dark is true."""
    path = folder / "report.pdf"
    path.write_bytes(content)
    options = ["-r", str(PIXELS_PER_INCH), "-gray", "-singlefile", path]
    subprocess.run(["pdftoppm", *options, folder / "page"], check=True)
    head, size, depth, pixels = (folder / "page.pgm").read_bytes().split(b"\n", 3)
    assert (head, depth) == (b"P5", b"255")
    width = int(size.split()[0])
    starts = range(0, len(pixels), width)
    return [[one < 128 for one in pixels[at : at + width]] for at in starts]


@pytest.mark.parametrize("render", [render_html, render_people_csv])
def test_a_draft_has_its_number_and_a_final_report_says_so(draft, final, render):
    assert b"Draft 2, not circulated" in render(draft, SHA256)
    said = render(final, SHA256)
    assert b"Final" in said
    assert b"Draft" not in said


@pytest.mark.long
def test_each_page_of_a_document_says_whether_it_is_final(draft, final, draft_pdf):
    final_pdf = render_pdf(final, SHA256, font_dirs=()).content
    files = (("Draft 2", draft, draft_pdf), ("Final", final, final_pdf))
    for words, snapshot, pdf in files:
        assert all(words in page.extract_text() for page in read(pdf).pages)
        package = ZipFile(io.BytesIO(render_docx(snapshot, SHA256, font_dirs=())))
        headers = [name for name in package.namelist() if "word/header" in name]
        assert headers
        assert all(words.encode() in package.read(name) for name in headers)


def test_a_report_without_a_code_shows_none(codeless):
    page = render_html(codeless, SHA256)
    assert b"Draft, not circulated" in page
    assert b"Verification" not in page
    book = ZipFile(io.BytesIO(render_xlsx(codeless, SHA256)))
    assert not any("/media/" in name for name in book.namelist())
    assert b"Verification code" not in book.read("docProps/custom.xml")


@pytest.mark.long
def test_a_document_without_a_code_shows_none(codeless):
    content = render_pdf(codeless, SHA256, font_dirs=()).content
    assert "Verification" not in whole_text(read(content))
    package = ZipFile(io.BytesIO(render_docx(codeless, SHA256, font_dirs=())))
    assert b"Verification" not in package.read("word/document.xml")
