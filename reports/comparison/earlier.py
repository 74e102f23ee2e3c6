"""Finds what a report is compared with: an earlier one of its line, for one reader."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from reports.facts_difference import FactsDifference, difference_of
from reports.models import Report

# The newest so many are offered to compare with.
MOST_EARLIER = 50


def earlier_reports(report: Report, reader: User, *, at: datetime) -> list[Report]:
    """Return the finished reports of the same line from before, the newest first.

    Only those that the reader may see, and whose content is kept in a form that can be
    compared. Before a draft there are drafts; before a final there are finals.
    """
    if not report.is_of_presidency or not report.facts_sha256:
        return []
    is_final = report.final_of_id is not None
    earlier = (
        Report.objects.visible_to(reader, at)
        .of_line(report)
        .filter(
            state=Report.State.DONE,
            erased_at=None,
            final_of__isnull=not is_final,
            requested_at__lt=report.requested_at,
        )
        .exclude(pk=report.pk)
        .exclude(facts_sha256="")
    )
    found = earlier.only(*_NAMED).order_by("-requested_at", "pk")
    return list(found[:MOST_EARLIER])


_NAMED = ("draft_number", "final_of", "at", "known_at", "requested_at", "facts_sha256")


def difference_between(earlier: Report, later: Report) -> FactsDifference:
    """Return what the later report says differently. Both have facts."""
    if earlier.facts_sha256 == later.facts_sha256:
        return FactsDifference()
    facts = _facts_of([earlier, later])
    return difference_of(facts[earlier.pk], facts[later.pk])


def _facts_of(reports: Sequence[Report]) -> dict[Any, Any]:
    rows = Report.objects.filter(pk__in=[report.pk for report in reports])
    return dict(rows.values_list("pk", "snapshot__facts"))
