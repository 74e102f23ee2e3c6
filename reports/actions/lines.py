"""The line of a report: its drafts, one after another, and what is final of them."""

from django.db.models import Max

from audit.statements import run_planned
from reports.models import LINE_FIELDS, Report

# PostgreSQL advisory lock, with a hash of the line: who numbers, circulates or approves
# a draft waits for others of the same line. It is taken before any row.
_LINES_LOCK = 0x67377004


def lock_line(report: Report) -> None:
    """Let no one else number, circulate or approve drafts of this line for now.

    For a report that its reader keeps, only that reader's other requests wait: how long
    a request takes must not show that another person asks for the same.
    """
    parts = [getattr(report, name) for name in LINE_FIELDS]
    if not report.is_of_presidency:
        parts.append(report.requested_by)
    line = "|".join(str(getattr(part, "pk", part)) for part in parts)
    run_planned("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LINES_LOCK, line])


def number_draft(report: Report) -> None:
    """Give a draft that is not saved yet the next number of its line.

    The caller's transaction saves it: until then no one else numbers one.
    """
    lock_line(report)
    drafts = Report.objects.of_line(report)
    last = drafts.aggregate(last=Max("draft_number"))["last"]
    report.draft_number = (last or 0) + 1
