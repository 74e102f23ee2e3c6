"""Finds the reports with an erased entry, and removes its text from them.

Their files contained the text too, so the content of the files and the cover are
deleted. The files are not compiled again. Their hash and size stay, so that a copy can
be recognised.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from accounts.dates import utc_day
from audit.owner import OWNER
from audit.stored_files import delete_after_commit
from progress.models import Entry
from reports.models import Report, ReportCover, ReportFile
from reports.snapshot_schema import EntryPart
from reports.stored_snapshots import (
    StoredEntry,
    UnknownSchemaError,
    forget_checks,
    stored_entries,
)


@dataclass(frozen=True)
class ErasedEntry:
    """The values that identify an entry in a snapshot: of schema 5, its id alone."""

    key: str
    plan_id: int
    commitment: str
    member: str
    published_on: str
    narrative: str
    next_steps: str
    obstacles: str

    @classmethod
    def of(cls, entry: Entry) -> "ErasedEntry":
        assert entry.published_at is not None  # noqa: S101 - only published ones
        commitment = entry.member_commitment.commitment
        return cls(
            key=str(entry.pk),
            plan_id=commitment.plan_id,
            commitment=commitment.code,
            member=entry.member_code,
            published_on=utc_day(entry.published_at).isoformat(),
            narrative=entry.narrative,
            next_steps=entry.next_steps,
            obstacles=entry.obstacles,
        )

    def parts_in(self, snapshot: dict[str, Any]) -> Iterator[EntryPart]:
        """Yield the parts of a snapshot that contain this entry's text.

        Raises UnknownSchemaError, so that no text is left in a shape unknown here.
        """
        for stored in stored_entries(snapshot):
            if self._is(stored):
                yield stored.words

    def _is(self, stored: StoredEntry) -> bool:
        if stored.key:
            return stored.key == self.key
        words = stored.words
        return (
            (stored.commitment, stored.member) == (self.commitment, self.member)
            and words["published_at"]["iso"] == self.published_on
            and words["narrative"] == self.narrative
            and words["next_steps"] == self.next_steps
            and words["obstacles"] == self.obstacles
        )


def reports_with(erased: ErasedEntry, *, using: str = "default") -> Iterator[Report]:
    """Yield the reports whose snapshot contains the entry, the oldest first.

    Raises UnknownSchemaError, with the report.
    """
    frozen = Report.objects.using(using).filter(
        plan=erased.plan_id, snapshot__isnull=False
    )
    for report in frozen.order_by("requested_at", "pk").iterator(chunk_size=20):
        if any(_parts(erased, report)):
            yield report


def _parts(erased: ErasedEntry, report: Report) -> list[EntryPart]:
    assert report.snapshot is not None  # noqa: S101 - only frozen ones are asked for
    try:
        return list(erased.parts_in(report.snapshot))
    except UnknownSchemaError as error:
        raise UnknownSchemaError(f"report {report.pk}: {error}") from error


def erase_from_reports(erased: ErasedEntry, *, mark: str, at: datetime) -> list[UUID]:
    """Remove the entry's text from all reports, and return the ids of those reports.

    Call it in a transaction of the database's owner. Reports that are being compiled
    start again, without the text.
    """
    with connections[OWNER].cursor() as cursor:
        # A worker that is about to save a document waits for this lock. It then finds
        # that it has lost its lease.
        cursor.execute("LOCK TABLE reports_report IN SHARE ROW EXCLUSIVE MODE")
    running = Report.objects.using(OWNER).filter(state=Report.State.RUNNING)
    running.filter(plan=erased.plan_id).update(
        state=Report.State.QUEUED, percent=0, step="", lease=None, lease_ends_at=None
    )
    emptied = []
    for report in reports_with(erased, using=OWNER):
        assert report.snapshot is not None  # noqa: S101 - only frozen ones are found
        for words in _parts(erased, report):
            words["narrative"], words["evidence"] = mark, []
            words["next_steps"] = words["obstacles"] = ""
        forget_checks(report.snapshot, erased.key)
        Report.objects.using(OWNER).filter(pk=report.pk).update(
            snapshot=report.snapshot, replaced=[], erased_at=at
        )
        files = ReportFile.objects.using(OWNER).filter(report=report)
        delete_after_commit(files.values_list("object_key", flat=True), using=OWNER)
        files.update(content=b"", object_key="")
        ReportCover.objects.using(OWNER).filter(report=report).update(picture=b"")
        emptied.append(report.pk)
    return emptied
