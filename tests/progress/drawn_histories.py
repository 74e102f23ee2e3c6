"""Random histories of what a member said, and how to publish them as rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from accounts.models import User
from commitments.models import MemberCommitment
from progress.models import Entry, State
from tests.factories import publish
from tests.progress.rule_3 import Said

DAY = timedelta(days=1)
# From the least to the most restricted.
HANDLINGS = ("clear", "green", "amber")
FIRST_DAY = date(2020, 3, 1)
FIRST_INSTANT = datetime(2020, 4, 1, tzinfo=UTC)
DAYS = 4


@st.composite
def histories(draw, stocktakes: Sequence[UUID | None] = (None,)) -> list[Said]:
    """Updates, corrections and withdrawals in a row, days and instants often equal.

    An amendment belongs to the stocktake of what it amends.
    """
    said: list[Said] = []
    instant = FIRST_INSTANT
    for _ in range(draw(st.integers(0, 7))):
        instant += DAY * draw(st.integers(0, 1))
        gone = {one.supersedes for one in said}
        open_to_amendment = [
            one for one in said if one.pk not in gone and one.kind != "withdrawal"
        ]
        kind = draw(st.sampled_from(["update", "correction", "withdrawal"]))
        if not open_to_amendment:
            kind = "update"
        target = None if kind == "update" else draw(st.sampled_from(open_to_amendment))
        as_of = FIRST_DAY + DAY * draw(st.integers(0, DAYS - 1))
        stocktake = draw(st.sampled_from(stocktakes))
        said.append(
            Said(
                as_of=target.as_of if target and draw(st.booleans()) else as_of,
                published_at=instant,
                handling=draw(st.sampled_from(["clear", "green", "amber"])),
                kind=kind,
                supersedes=target.pk if target else None,
                sequence=len(said),
                stocktake=target.stocktake if target else stocktake,
            )
        )
    return said


def put_down(told: list[tuple[list[Said], MemberCommitment]], by: User) -> None:
    """Publish several histories, all in the order of time."""
    said = [(one, row) for history, row in told for one in history]
    for one, member_commitment in sorted(said, key=lambda pair: pair[0].published_at):
        entry = Entry(
            pk=one.pk,
            member_commitment=member_commitment,
            stocktake_id=one.stocktake,
            kind=one.kind,
            supersedes_id=one.supersedes,
            reason="Because." if one.supersedes else "",
            state=State.SUBMITTED,
            as_of=one.as_of,
            status="limited",
            narrative="What was done.",
            handling=one.handling,
            written_at=one.published_at,
            written_by=by,
            submitted_at=one.published_at,
            submitted_by=by,
        )
        entry.save(force_insert=True)
        publish(entry, by=by, at=one.published_at)
