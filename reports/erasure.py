"""Reports that hold an erased entry's words: told first, then emptied of them.

Their files held the words as well and are not made anew: hash and size stay, so that a
file somebody holds can still be told to be ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from accounts.dates import utc_day
from progress.models import Entry
from reports.models import Report, ReportFile

OWNER = "owner"


@dataclass(frozen=True)
class Erased:
    """By what an entry's cell in a snapshot is told."""

    plan_id: int
    commitment: str
    member: str
    published_on: str
    narrative: str
    next_steps: str
    obstacles: str

    @classmethod
    def of(cls, entry: Entry) -> "Erased":
        assert entry.published_at is not None  # noqa: S101 - only such are erased
        commitment = entry.member_commitment.commitment
        return cls(
            plan_id=commitment.plan_id,
            commitment=commitment.code,
            member=entry.member_code,
            published_on=utc_day(entry.published_at).isoformat(),
            narrative=entry.narrative,
            next_steps=entry.next_steps,
            obstacles=entry.obstacles,
        )

    def cells_in(self, snapshot: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The parts of a snapshot that hold this entry's words."""
        rows = (
            row
            for action in snapshot.get("actions", ())
            for sub_area in action["sub_areas"]
            for commitment in sub_area["commitments"]
            if commitment["code"] == self.commitment
            for row in commitment["positions"]
        )
        for row in rows:
            entry = row["entry"]
            if entry and row["member"] == self.member and self._is(entry):
                yield entry

    def _is(self, entry: dict[str, Any]) -> bool:
        said = [entry[name] for name in ("narrative", "next_steps", "obstacles")]
        return entry["published_at"]["iso"] == self.published_on and said == [
            self.narrative,
            self.next_steps,
            self.obstacles,
        ]


def reports_with(erased: Erased, *, using: str = "default") -> Iterator[Report]:
    frozen = Report.objects.using(using).filter(
        plan=erased.plan_id, snapshot__isnull=False
    )
    for report in frozen.order_by("requested_at", "pk").iterator(chunk_size=20):
        if any(erased.cells_in(report.snapshot or {})):
            yield report


def erase_from_reports(erased: Erased, *, mark: str, at: datetime) -> list[UUID]:
    """In the owner's transaction. Reports being compiled begin again, without them."""
    with connections[OWNER].cursor() as cursor:
        # Whoever is about to file a document waits here, and then finds its lease gone.
        cursor.execute("LOCK TABLE reports_report IN SHARE ROW EXCLUSIVE MODE")
    running = Report.objects.using(OWNER).filter(state=Report.State.RUNNING)
    running.filter(plan=erased.plan_id).update(
        state=Report.State.QUEUED, percent=0, step="", lease=None, lease_ends_at=None
    )
    emptied = []
    for report in reports_with(erased, using=OWNER):
        for cell in erased.cells_in(report.snapshot or {}):
            cell.update(narrative=mark, next_steps="", obstacles="", evidence=[])
        Report.objects.using(OWNER).filter(pk=report.pk).update(
            snapshot=report.snapshot, replaced=[], erased_at=at
        )
        ReportFile.objects.using(OWNER).filter(report=report).update(content=b"")
        emptied.append(report.pk)
    return emptied
