"""What the closing of a stocktake froze: every published position, as one hash."""

from accounts.dates import utc_day
from commitments.models import MemberCommitment
from progress.ledger.chain import hash_of
from progress.models import Entry, Stocktake


def closing_hash(stocktake: Stocktake) -> str:
    """SHA-256 over all positions of its plan, of every handling, when it was closed.

    Two clocks give it again at any time: later corrections change nothing of it. Each
    position is named by its entry's ledger record, and so by its every word.
    """
    assert stocktake.closed_at is not None  # noqa: S101 - called of closed ones only
    closed_at = stocktake.closed_at
    positions = dict(
        Entry.objects.filter(member_commitment__commitment__plan=stocktake.plan_id)
        .positions(at=utc_day(closed_at), known_at=closed_at)
        .values_list("member_commitment_id", "ledger_record__sha256")
    )
    owed = (
        MemberCommitment.objects.filter(commitment__plan=stocktake.plan_id)
        .order_by("commitment__position", "member_id")
        .values_list("pk", "commitment__code", "member_id")
    )
    return hash_of(
        {
            "plan": stocktake.plan.slug,
            "stocktake": stocktake.slug,
            "positions": [
                [code, member, positions.get(pk)] for pk, code, member in owed
            ],
        }
    )
