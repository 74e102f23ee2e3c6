"""Reads all that a report shows, in a fixed number of queries.

Every entry is one that the report's audience may read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Member, Presidency, members_in_order
from commitments.models import Commitment
from commitments.tracking import LeadAndTarget, leads_and_targets
from progress.models import Entry, Handling
from progress.positions.changes import (
    Comparison,
    compared,
    earlier_entries,
    withdrawn_among,
)
from progress.positions.position import (
    NO_POSITION,
    Key,
    Position,
    Positions,
    positions_for_audience,
    shown_lead_and_target,
)
from reports.models import Report
from reports.since import comparison_of


@dataclass(frozen=True)
class ReportRows:
    """What a report shows: commitments in order, members in order, and positions."""

    commitments: list[Commitment]
    members: list[Member]
    positions: Positions
    leads_and_targets: Mapping[Key, LeadAndTarget]
    # Those that are gone, and whose withdrawal the audience may read.
    withdrawn: Collection[Key]
    comparison: Comparison | None
    chair: Member | None
    at: date
    known_at: datetime
    reads_all: bool

    def position(self, key: Key) -> Position:
        return self.positions.get(key, NO_POSITION)

    def lead_and_target(self, key: Key) -> LeadAndTarget:
        """Return them as the audience may know them: below amber with an entry only."""
        return shown_lead_and_target(
            self.leads_and_targets.get(key, LeadAndTarget()),
            has_entry=self.position(key).entry is not None,
            reads_all=self.reads_all,
        )


def rows_of(report: Report) -> ReportRows:
    """Return what the report shows, in a fixed number of queries."""
    comparison = comparison_of(report)
    now = positions_for_audience(
        report.plan,
        audience=report.audience,
        stocktake=report.stocktake,
        at=report.at,
        known_at=report.known_at,
    )
    positions, withdrawn = _compared(report, now, comparison)
    chairs = Presidency.objects.at(report.known_at).select_related("member")
    return ReportRows(
        commitments=_commitments(report),
        members=_members(report),
        positions=positions,
        leads_and_targets=leads_and_targets(report.plan, report.known_at),
        withdrawn=withdrawn,
        comparison=comparison,
        chair=next((row.member for row in chairs), None),
        at=report.at,
        known_at=report.known_at,
        reads_all=report.audience == Handling.AMBER,
    )


def _compared(
    report: Report, now: Positions, comparison: Comparison | None
) -> tuple[Positions, Collection[Key]]:
    """Return the positions with those of before, and the keys of the withdrawn ones."""
    if comparison is None:
        return now, ()
    entries = Entry.objects.for_audience(report.audience)
    earlier = earlier_entries(entries, plan=report.plan, comparison=comparison)
    gone = {key: before.entry for key, before in earlier.items() if key not in now}
    withdrawn = withdrawn_among(gone, entries, known_at=report.known_at)
    return compared(now, earlier), withdrawn


def _commitments(report: Report) -> list[Commitment]:
    """Return those that the report is about, in the order of the plan."""
    wanted = Commitment.objects.filter(plan=report.plan)
    if report.action is not None:
        wanted = wanted.filter(action=report.action)
    if report.sub_area is not None:
        wanted = wanted.filter(sub_area=report.sub_area)
    if report.instrument is not None:
        wanted = wanted.concerning(report.instrument.slug)
    return list(
        wanted.select_related("action", "sub_area")
        .prefetch_related("instruments__owner")
        .order_by("position", "pk")
    )


def _members(report: Report) -> list[Member]:
    """Return those that the report is about: a final one in the order of its draft."""
    members = Member.objects.all()
    if report.member is not None:
        members = members.filter(pk=report.member.pk)
    in_order = members_in_order(members)
    if report.final_of is None or report.final_of.snapshot is None:
        return in_order
    # Names have their order in a language, and a next version may know another one.
    shown = [row["code"] for row in report.final_of.snapshot["facts"]["members"]]
    return sorted(
        in_order,
        key=lambda member: shown.index(member.code) if member.code in shown else -1,
    )
