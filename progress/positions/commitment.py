"""One commitment with the positions of all its members, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Member
from commitments.models import Commitment, MemberCommitment
from commitments.tracking import LeadAndTarget
from progress.models import Entry
from progress.positions.matrix import summit_after
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.position import (
    NO_POSITION,
    Position,
    read_evidence,
    shown_lead_and_target,
)
from progress.positions.viewpoint import Viewpoint
from progress.querysets.entries import EntryQuerySet


@dataclass(frozen=True)
class MemberPosition:
    """One member's position on the commitment, as the reader may see it."""

    member: Member
    # Empty where the reader may not see them.
    lead_and_target: LeadAndTarget
    position: Position
    none_label: str
    # The name of the last summit, if the entry was published before it.
    before: str
    # The entry in progress, for readers who may see it.
    in_progress: Entry | None
    url: str


@dataclass(frozen=True)
class Neighbours:
    """The commitments before and after, in plan order."""

    before: Commitment | None
    after: Commitment | None


def find_line(table: PlanTable, code: str) -> PlanLine | None:
    """Return the row of one commitment, if the plan has it."""
    return next((line for line in table.lines if line.commitment.code == code), None)


def neighbours(table: PlanTable, line: PlanLine) -> Neighbours:
    """Return the commitments before and after this one."""
    all_in_order = [None, *(row.commitment for row in table.lines), None]
    place = all_in_order.index(line.commitment)
    return Neighbours(all_in_order[place - 1], all_in_order[place + 1])


def member_positions(
    table: PlanTable, line: PlanLine, viewpoint: Viewpoint
) -> Sequence[MemberPosition]:
    """Return the position of each member that the commitment binds. Three queries."""
    visible = viewpoint.load(_entries, commitment=line.commitment.pk)
    entries = [position.entry for position in visible.positions.values()]
    read_evidence(entry for entry in entries if entry is not None)
    here = MemberCommitment.objects.filter(commitment=line.commitment)
    known = here.with_lead_and_target(viewpoint.clocks.known_at)
    owed = {row.member_id: LeadAndTarget.of(row) for row in known}
    found = []
    for member in table.members:
        if member.code not in owed:
            continue
        key = line.commitment.pk, member.code
        position = visible.positions.get(key, NO_POSITION)
        found.append(
            MemberPosition(
                member=member,
                lead_and_target=shown_lead_and_target(
                    owed[member.code],
                    has_entry=position.entry is not None,
                    reads_all=viewpoint.reads_all_of(member.code),
                ),
                position=position,
                none_label=viewpoint.none_label(member.code),
                before=summit_after(position.entry, table.last_summit),
                in_progress=visible.in_progress.get(key),
                url=reverse(
                    "progress:member-commitment-detail",
                    args=[table.plan.slug, line.commitment.code, member.code],
                ),
            )
        )
    return found


def _entries() -> EntryQuerySet:
    return Entry.objects.select_related("stocktake")
