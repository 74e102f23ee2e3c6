"""Finished reports with a file, as a worker leaves them, but without compiling them."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from reports.models import Report, ReportFile

# What a report has only once it is finished.
RESULT = ("finished_at", "snapshot", "snapshot_sha256", "facts_sha256", "percent")


def make_finished_report(*, content: bytes = b"%PDF", **fields: Any) -> Report:
    """Return a finished report. The database takes its file only before it is so."""
    now = datetime.now(UTC)
    values = {"finished_at": now, "snapshot": {}, **fields}
    result = {name: values.pop(name) for name in RESULT if name in values}
    report = Report.objects.create(
        state=Report.State.RUNNING, lease=uuid4(), lease_ends_at=now, **values
    )
    ReportFile.objects.create(
        report=report,
        format="pdf",
        content=content,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )
    Report.objects.filter(pk=report.pk).update(
        state=Report.State.DONE, lease=None, lease_ends_at=None, **result
    )
    report.refresh_from_db()
    return report
