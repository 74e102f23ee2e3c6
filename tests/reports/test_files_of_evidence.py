"""Tests of files of evidence in a report: named, measured and distinguishable."""

from datetime import UTC, datetime

import pytest

from progress.models import Handling, State
from reports.models import Report
from reports.renderers.pdf import render_pdf
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


def evidence_in_a_green_report(plan, by):
    now = datetime.now(UTC)
    report = Report.objects.create(
        plan=plan,
        at=now.date(),
        known_at=now.replace(microsecond=0),
        audience=Handling.GREEN,
        requested_at=now,
        requested_by=by,
    )
    snapshot = build_snapshot(report, ledger_head=None, font_dirs=())
    return [
        item
        for entry in snapshot["facts"]["entries"].values()
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
