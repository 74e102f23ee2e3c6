"""The positions of a report, in the order in which every format has them."""

from collections.abc import Iterator
from typing import NamedTuple

from reports.snapshot_schema import (
    ActionRow,
    CommitmentRow,
    EntryPart,
    Facts,
    MemberRow,
    PositionRow,
    SubAreaRow,
)


class Placed(NamedTuple):
    """A position with its place in the plan, its member and its entry."""

    action: ActionRow
    sub_area: SubAreaRow
    commitment: CommitmentRow
    member: MemberRow
    position: PositionRow
    key: str | None  # of its entry
    entry: EntryPart | None


def placed(facts: Facts) -> Iterator[Placed]:
    """Yield every position in print order, those without an entry too."""
    members = {member["code"]: member for member in facts["members"]}
    for action in facts["actions"]:
        for area in action["sub_areas"]:
            for commitment in area["commitments"]:
                for row in commitment["positions"]:
                    key = row["entry"]
                    entry = facts["entries"][key] if key else None
                    member = members[row["member"]]
                    yield Placed(action, area, commitment, member, row, key, entry)
