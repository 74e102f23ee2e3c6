"""Finished reports with a file, as a worker leaves them, but without compiling them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from reports.formats import Format
from reports.models import Report, ReportCover, ReportFile
from reports.renderers.documents import RENDERERS, RenderedFile

# What a report has only once it is finished.
RESULT = ("finished_at", "snapshot", "snapshot_sha256", "facts_sha256", "percent")


def made_up_files(*_args: Any, **_options: Any) -> Iterator[RenderedFile]:
    """Instead of `render_all`, where nothing looks into the files."""
    return (RenderedFile(name, b"a document") for name in RENDERERS)


def make_finished_report(
    *,
    content: bytes = b"%PDF",
    formats: Iterable[Format] = ("pdf",),
    cover: bytes = b"",
    **fields: Any,
) -> Report:
    """Return a finished report, with a cover if there is one.

    The database takes its files and its cover only before it is finished.
    """
    now = datetime.now(UTC)
    values = {"finished_at": now, "snapshot": {}, **fields}
    result = {name: values.pop(name) for name in RESULT if name in values}
    report = Report.objects.create(
        state=Report.State.RUNNING, lease=uuid4(), lease_ends_at=now, **values
    )
    if cover:
        ReportCover.objects.create(report=report, picture=cover, pages=12)
    end_with_files(report, content=content, formats=formats, **result)
    return report


def end_with_files(
    report: Report, *, content: bytes, formats: Iterable[Format], **result: Any
) -> None:
    """End the job of a report, which then has a file in each of these formats."""
    ReportFile.objects.bulk_create(
        ReportFile(
            report=report,
            format=name,
            content=content,
            size=len(content),
            sha256=sha256(content).hexdigest(),
        )
        for name in formats
    )
    Report.objects.filter(pk=report.pk).update(
        state=Report.State.DONE, lease=None, lease_ends_at=None, **result
    )
    report.refresh_from_db()
