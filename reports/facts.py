"""What a report would say, for an answer at once.

The builder of reports is loaded with its first use: a web process needs it only to find
a report that says the same, or to approve a draft, and a worker compiles with it.
"""

from typing import TYPE_CHECKING

from reports.models import Report

if TYPE_CHECKING:
    from reports.snapshot_schema import Facts


def facts_of(report: Report) -> "Facts":
    """Return what the report would say, without its envelope."""
    from reports.snapshot import build_facts  # noqa: PLC0415

    return build_facts(report)
