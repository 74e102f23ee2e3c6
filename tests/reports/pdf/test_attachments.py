"""Tests of the files that a PDF carries."""

import hashlib
import subprocess

import pytest

from reports.renderers.csv_table import render_csv
from reports.renderers.pdf import render_pdf
from tests.reports.pdf.pdf_reading import page_texts, read, whole_text
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import short_snapshot

JSON = b'{"schema":6}'
DESCRIPTIONS = {
    "report.json": "All that this report says, for programs (JSON)",
    "positions.csv": "Each position of this report in a row, as a table (CSV)",
}


def render_with(attached):
    return render_pdf(short_snapshot(), SHA256, attached=attached, font_dirs=()).content


@pytest.fixture(scope="module")
def files():
    snapshot = short_snapshot()
    return {"json": JSON, "csv": render_csv(snapshot, SHA256)}


@pytest.fixture(scope="module")
def content(files):
    return render_with(files)


@pytest.fixture(scope="module")
def reader(content):
    return read(content)


def test_each_attached_file_is_there_byte_for_byte(reader, files):
    assert dict(reader.attachments) == {
        "report.json": [files["json"]],
        "positions.csv": [files["csv"]],
    }


def test_each_attached_file_says_what_it_is(reader):
    described = {}
    for reference in reader.root_object["/AF"]:
        specification = reference.get_object()
        embedded = specification["/EF"]["/F"].get_object()
        described[specification["/UF"]] = (
            specification["/Desc"],
            specification["/AFRelationship"],
            embedded["/Subtype"],
            embedded["/Params"]["/ModDate"],
        )
    day = "D:20170520120320Z"
    assert described == {
        "report.json": (
            DESCRIPTIONS["report.json"], "/Source", "/application/json", day,
        ),
        "positions.csv": (
            DESCRIPTIONS["positions.csv"], "/Data", "/text/csv", day,
        ),
    }  # fmt: skip


def test_the_file_is_archival_and_tagged(reader):
    said = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in said
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in said
    assert "<pdfuaid:part>1</pdfuaid:part>" in said
    assert reader.root_object["/MarkInfo"]["/Marked"]


def test_the_document_names_its_attachments(reader, files):
    title_page = page_texts(reader)[0]
    assert "Attached files report.json, positions.csv" in title_page
    text = whole_text(reader)
    assert "This PDF carries its own numbers." in text
    for description in DESCRIPTIONS.values():
        assert description in text
    for content in files.values():
        assert f"SHA-256 {hashlib.sha256(content).hexdigest()}" in text


def test_the_same_files_give_the_same_bytes(content, files):
    reordered = {name: files[name] for name in reversed(files)}
    assert render_with(reordered) == content


def test_a_document_without_attachments_says_nothing_of_them():
    reader = read(render_with({}))
    assert not reader.attachments
    assert "Attached files" not in whole_text(reader)


def test_the_properties_say_who_may_read_it_and_whether_it_is_a_draft(reader):
    assert reader.metadata["/Keywords"] == (
        "TLP:GREEN, Draft 2, not circulated, 0123-4567-89AB-CDEF"
    )
    assert reader.metadata["/Author"] == "Presidency: Italy"
    assert reader.root_object["/Lang"] == "en"


def test_the_title_page_says_what_the_document_is(reader):
    title_page = page_texts(reader)[0]
    assert "Language English" in title_page
    assert "Circulation Draft 2, not circulated" in title_page


@pytest.mark.long
def test_pdfdetach_takes_out_the_same_files(content, files, tmp_path):
    (tmp_path / "report.pdf").write_bytes(content)
    subprocess.run(
        ["pdfdetach", "-saveall", "report.pdf"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "report.json").read_bytes() == files["json"]
    assert (tmp_path / "positions.csv").read_bytes() == files["csv"]
