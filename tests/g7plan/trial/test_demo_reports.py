"""Tests of the reports of the demo plan: their length, and how each page is set."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override
from pypdf import PdfReader

from accounts.models import Member, User
from commitments.models import Instrument, Plan, SubArea
from progress.actions.ledger import seal_ledger
from progress.models import Stocktake
from reports.models import Report
from reports.renderers.fonts import PACKAGED
from reports.renderers.pdf import render_pdf
from reports.snapshot import build_snapshot
from reports.snapshot_schema import Snapshot
from tests.g7plan.trial.test_demo_data import real_plan
from tests.reports.pages.page_faults import faults_of
from tests.reports.pdf.pdf_reading import bookmarks, read
from tests.reports.sample_parts import SHA256

__all__ = ["real_plan"]
pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.usefixtures("time_rules"),
]

MOST_PAGES = {"full": 60, "compact": 20, "empty": 6}
MOST_PAGES_OF_SUMMARY = 2


def cases() -> Iterator[dict[str, Any]]:
    """Yield the fields of each report: kinds, layouts, audiences and languages."""
    whole: dict[str, Any] = {"kind": "stocktake"}
    about: dict[str, dict[str, Any]] = {
        "member": {"member": Member.objects.get(code="JP"), "audience": "amber"},
        "brief": {"sub_area": SubArea.objects.get(code="1.2")},
        "changes": {
            "since_at": date(2016, 11, 30),
            "since_known_at": datetime(2016, 11, 30, tzinfo=UTC),
        },
    }
    for language in ("en", "fr"):
        for layout in ("full", "compact"):
            for audience in ("amber", "green", "clear"):
                fields = {"audience": audience, "layout": layout}
                yield {**whole, **fields, "language": language}
            for kind, subject in about.items():
                yield {"kind": kind, "layout": layout, "language": language, **subject}
        yield {"kind": "gaps", "audience": "amber", "language": language}
    instrument = Instrument.objects.filter(name__contains="INTERPOL").first()
    yield {"kind": "brief", "instrument": instrument}
    yield {**whole, "stocktake": None}
    known_at = datetime(2016, 6, 1, tzinfo=UTC)
    for language in ("en", "fr"):
        clocks = {"at": date(2016, 6, 1), "known_at": known_at, "stocktake": None}
        yield {**whole, **clocks, "language": language}


def snapshot_of(fields: dict[str, Any]) -> Snapshot:
    now = datetime.now(UTC).replace(microsecond=0)
    seal_ledger(now)
    common: dict[str, Any] = {
        "plan": Plan.objects.get(),
        "stocktake": Stocktake.objects.order_by("opens_at").last(),
        "at": now.date(),
        "known_at": now,
        "requested_at": now,
        "requested_by": User.objects.get(email="coordinator@demo.example"),
        "audience": "green",
    }
    report = Report.objects.create(**{**common, **fields})
    with override(report.language):
        return build_snapshot(report, ledger_head=None, font_dirs=PACKAGED)


def pages_of_summary(reader: PdfReader, snapshot: Snapshot) -> int:
    titles = [title for depth, title in bookmarks(reader) if depth == 0]
    starts = [
        reader.get_destination_page_number(item)
        for item in reader.outline
        if not isinstance(item, list)
    ]
    at = titles.index(snapshot["facts"]["labels"]["summary"])
    return (starts[at + 1] or 0) - (starts[at] or 0)


@pytest.mark.usefixtures("made_up_reports")
def test_reports_of_the_demo_plan_are_short_and_well_set(real_plan):
    """One test, because filling the plan takes long."""
    call_command("load_demo_data")
    problems = []
    for fields in cases():
        snapshot = snapshot_of(fields)
        content = render_pdf(snapshot, SHA256, font_dirs=PACKAGED).content
        reader = read(content)
        name = " ".join(f"{key}={value}" for key, value in fields.items())
        problems += [f"{name}: {fault}" for fault in faults_of(content, snapshot)]
        layout = snapshot["facts"]["layout"]
        limit = MOST_PAGES[layout if snapshot["facts"]["entries"] else "empty"]
        if len(reader.pages) > limit:
            problems.append(f"{name}: {len(reader.pages)} pages")
        if "summary" in snapshot["facts"]["sections"]:
            length = pages_of_summary(reader, snapshot)
            if length > MOST_PAGES_OF_SUMMARY:
                problems.append(f"{name}: {length} pages of summary")
    assert not problems
