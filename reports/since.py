"""What a report compares the positions with."""

from progress.positions.changes import Comparison, previous_comparison
from reports.models import Report


def comparison_of(report: Report) -> Comparison | None:
    """Return what the report compares with: what it says itself, or the last close."""
    if report.since_stocktake is not None:
        return Comparison.with_close_of(report.since_stocktake)
    if report.since_report is not None:
        return Comparison(report.since_report.at, report.since_report.known_at)
    if report.since_at is not None and report.since_known_at is not None:
        return Comparison(report.since_at, report.since_known_at)
    return previous_comparison(
        report.plan,
        stocktake=report.stocktake,
        at=report.at,
        known_at=report.known_at,
    )
