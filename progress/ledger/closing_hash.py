"""The hash of all published positions at the close of a stocktake."""

from accounts.dates import utc_day
from commitments.models import MemberCommitment
from progress.ledger.chain import hash_of
from progress.models import Entry, Stocktake


def closing_hash(stocktake: Stocktake) -> str:
    """Return the SHA-256 of all positions of the plan at the close, of every handling.

    It can be computed again at any time, because the two clocks leave out later
    corrections. Each position is given by the hash of its entry's ledger record, which
    covers the entry's whole content.
    """
    assert stocktake.closed_at is not None  # noqa: S101 - only closed ones have a hash
    closed_at = stocktake.closed_at
    owed = MemberCommitment.objects.filter(commitment__plan=stocktake.plan_id)
    positions = dict(
        Entry.objects.positions(
            owed, at=utc_day(closed_at), known_at=closed_at
        ).values_list("member_commitment_id", "ledger_record__sha256")
    )
    in_order = owed.order_by("commitment__position", "member_id").values_list(
        "pk", "commitment__code", "member_id"
    )
    return hash_of(
        {
            "plan": stocktake.plan.slug,
            "stocktake": stocktake.slug,
            "positions": [
                [code, member, positions.get(pk)] for pk, code, member in in_order
            ],
        }
    )
