"""The other reports of a report's line, for one reader, and how they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from accounts.models import User
from reports.facts_difference import FactsDifference, difference_of
from reports.models import Report

# The newest so many of a line are offered to compare with.
MOST_OF_LINE = 100
_NAMED = (
    "draft_number",
    "final_of",
    "circulation",
    "is_of_presidency",
    "at",
    "known_at",
    "requested_at",
    "facts_sha256",
    "erased_at",
)


@dataclass(frozen=True)
class ReportLine:
    """A report, and the other finished reports of its line that a reader may see."""

    report: Report
    others: Sequence[Report]  # the newest first

    @classmethod
    def of(cls, report: Report, reader: User, *, at: datetime) -> Self:
        """Return the line for a reader. A report that a person asked for has none."""
        if not report.is_of_presidency:
            return cls(report, [])
        others = (
            Report.objects.visible_to(reader, at)
            .of_line(report)
            .filter(state=Report.State.DONE)
            .exclude(pk=report.pk)
            .only(*_NAMED)
            .order_by("-requested_at", "pk")
        )
        return cls(report, [*others[:MOST_OF_LINE]])

    @property
    def is_final(self) -> bool:
        return self.report.final_of_id is not None

    @property
    def earlier(self) -> list[Report]:
        """Return what it can be compared with: before a draft drafts, or finals."""
        if not _is_comparable(self.report):
            return []
        return [
            other
            for other in self.others
            if other.requested_at < self.report.requested_at
            and (other.final_of_id is not None) == self.is_final
            and _is_comparable(other)
        ]

    @property
    def previous(self) -> Report | None:
        return next(iter(self.earlier), None)

    @property
    def newer(self) -> Report | None:
        """Return what took its place: the last final, or else the last draft."""
        later = [
            other
            for other in self.others
            if other.requested_at > self.report.requested_at
        ]
        finals = [other for other in later if other.final_of_id is not None]
        drafts = [] if self.is_final else later
        return next(iter([*finals, *drafts]), None)

    def earlier_report(self, key: UUID | None) -> Report | None:
        """Return the earlier report of this id, or the previous one without an id."""
        if key is None:
            return self.previous
        return next((other for other in self.earlier if other.pk == key), None)


def _is_comparable(report: Report) -> bool:
    return bool(report.facts_sha256) and report.erased_at is None


def difference_between(earlier: Report, later: Report) -> FactsDifference:
    """Return what the later report says differently. Both can be compared."""
    if earlier.facts_sha256 == later.facts_sha256:
        return FactsDifference()
    facts = _facts_of(earlier, later)
    return difference_of(facts[earlier.pk], facts[later.pk])


def _facts_of(*reports: Report) -> dict[UUID, Any]:
    rows = Report.objects.filter(pk__in=[report.pk for report in reports])
    return dict(rows.values_list("pk", "snapshot__facts"))
