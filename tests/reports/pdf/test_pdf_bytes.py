"""Tests of the PDF's bytes: always the same for a snapshot, and valid for tools."""

import json
import os
import subprocess

import pytest

from reports.renderers.fonts import FONT_DIRS
from reports.renderers.pdf import render_pdf
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    sample_snapshot,
)


@pytest.mark.long
def test_the_order_of_keys_in_a_stored_snapshot_does_not_matter(snapshot, rendered):
    reordered = json.loads(json.dumps(snapshot, sort_keys=True))
    again = render_pdf(reordered, SHA256, font_dirs=())
    assert again.content == rendered.content


@pytest.mark.long
def test_fonts_that_the_snapshot_does_not_name_change_nothing(snapshot, rendered):
    rich = render_pdf(snapshot, SHA256, font_dirs=FONT_DIRS)
    assert rich.content == rendered.content


@pytest.mark.long
def test_pdfinfo_finds_a_tagged_document(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(sample_snapshot(), SHA256, font_dirs=()).content)
    said = subprocess.run(
        ["pdfinfo", str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "UTC"},
    ).stdout
    facts = dict(line.split(":", 1) for line in said.splitlines() if ":" in line)
    facts = {name: value.strip() for name, value in facts.items()}
    assert facts["Tagged"] == "yes"
    assert facts["Page size"].endswith("(A4)")
    assert facts["JavaScript"] == "no"
    assert facts["CreationDate"].startswith("Sat May 20 12:03:20 2017")


@pytest.mark.long
def test_pdffonts_finds_every_font_embedded(tmp_path):
    path = tmp_path / "report.pdf"
    snapshot = sample_snapshot(FONT_DIRS)
    path.write_bytes(render_pdf(snapshot, SHA256, font_dirs=FONT_DIRS).content)
    said = subprocess.run(
        ["pdffonts", str(path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = said.splitlines()[2:]
    assert rows
    # The last columns are: embedded, subset, mapped to Unicode, and the object's id.
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)
