"""Tests of files of evidence in a report: named, measured and distinguishable."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from progress.models import EvidenceScan, Handling, State
from reports.models import Report
from reports.renderers.csv_table import render_csv, render_people_csv
from reports.renderers.docx import render_docx
from reports.renderers.html.page import render_html
from reports.renderers.pdf import render_pdf
from reports.renderers.xlsx import render_xlsx
from reports.snapshot import build_snapshot
from reports.snapshot_schema import EvidenceRow
from tests.factories import make_entry, member_commitment_of
from tests.reports.pdf.pdf_reading import read, whole_text
from tests.reports.sample_parts import SHA256
from tests.reports.sample_snapshot import (
    short_snapshot,
)

FILE: EvidenceRow = {
    "kind": "file",
    "title": "Minutes of the liaison group",
    "url": "",
    "accessed_on": None,
    "citation": "",
    "file": {"name": "minutes-2017.pdf", "size": "1.2 MB", "sha256": "ab" * 32},
}


@pytest.mark.long
def test_a_file_stands_with_its_name_size_and_hash():
    snapshot = short_snapshot()
    next(iter(snapshot["facts"]["entries"].values()))["evidence"] = [FILE]
    content = render_pdf(snapshot, SHA256, font_dirs=()).content
    text = "".join(whole_text(read(content)).split())
    assert "Minutesoftheliaisongroup" in text
    assert f"minutes-2017.pdf,1.2MB,SHA-256{'ab' * 32}" in text
    assert render_pdf(snapshot, SHA256, font_dirs=()).content == content


@pytest.fixture
def with_file(plan, officer_jp, stocktake):
    def make(handling):
        return make_entry(
            member_commitment_of(plan, "1.2.2", "JP"),
            by=officer_jp,
            state=State.PUBLISHED,
            stocktake=stocktake,
            handling=handling,
            file_name="canary.txt",
        )

    return make


def green_report(plan, by):
    now = datetime.now(UTC)
    report = Report.objects.create(
        plan=plan,
        at=now.date(),
        known_at=now.replace(microsecond=0),
        audience=Handling.GREEN,
        requested_at=now,
        requested_by=by,
    )
    return build_snapshot(report, ledger_head=None, font_dirs=())


def evidence_in_a_green_report(plan, by):
    return [
        item
        for entry in green_report(plan, by)["facts"]["entries"].values()
        for item in entry["evidence"]
    ]


def test_the_snapshot_holds_what_names_the_file_and_not_its_bytes(
    with_file, plan, coordinator
):
    row = with_file(Handling.GREEN).evidence_links.get().evidence
    (item,) = evidence_in_a_green_report(plan, coordinator)
    assert item["kind"] == "file"
    assert item["file"] == {
        "name": "canary.txt",
        "size": "21\N{NO-BREAK SPACE}bytes",
        "sha256": row.sha256,
    }


def test_a_report_for_others_tells_nothing_of_an_amber_file(
    with_file, plan, coordinator
):
    with_file(Handling.AMBER)
    assert not evidence_in_a_green_report(plan, coordinator)


# ---- A file that was withheld --------------------------------------------------------
WITHHELD = "withheld: a virus was found"


def test_a_report_says_of_a_file_that_it_was_withheld_by_then(
    with_file, plan, coordinator
):
    entry = with_file(Handling.GREEN)
    before = green_report(plan, coordinator)["envelope"]
    assert "withheld_files" not in before
    at = datetime.now(UTC) - timedelta(minutes=1)
    EvidenceScan.objects.create(
        evidence=entry.evidence_links.get().evidence,
        due_at=at,
        scanned_at=at,
        verdict="bad",
        malware="Eicar-Test",
    )
    said = green_report(plan, coordinator)["envelope"]["withheld_files"]
    assert said == {str(entry.pk): [{"number": 1, "words": WITHHELD}]}
    # A report as known before the check had found it.
    EvidenceScan.objects.update(scanned_at=at + timedelta(hours=1))
    assert "withheld_files" not in green_report(plan, coordinator)["envelope"]


def withheld_snapshot():
    snapshot = deepcopy(short_snapshot())
    key, entry = next(iter(snapshot["facts"]["entries"].items()))
    entry["evidence"] = [FILE]
    snapshot["envelope"]["withheld_files"] = {key: [{"number": 1, "words": WITHHELD}]}
    return snapshot


def test_files_that_can_be_searched_mark_it():
    snapshot = withheld_snapshot()
    for render in (render_html, render_csv, render_people_csv):
        assert render(snapshot, SHA256).decode().count(WITHHELD) == 1, render.__name__
        del snapshot["envelope"]["withheld_files"]
        assert WITHHELD not in render(snapshot, SHA256).decode()
        snapshot = withheld_snapshot()


@pytest.mark.long
def test_files_for_print_mark_it():
    snapshot = withheld_snapshot()
    printed = render_pdf(snapshot, SHA256, font_dirs=()).content
    assert WITHHELD in whole_text(read(printed))
    text = render_docx(snapshot, SHA256, font_dirs=())
    workbook = render_xlsx(snapshot, SHA256)
    for content, part in (
        (text, "word/document.xml"),
        (workbook, "xl/sharedStrings.xml"),
    ):
        with ZipFile(BytesIO(content)) as packed:
            assert WITHHELD in packed.read(part).decode()
