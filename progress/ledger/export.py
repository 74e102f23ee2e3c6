"""The ledger as JSON Lines, which anyone can verify: see docs/ledger.md.

The first line describes the file. Each further line is one record with the content that
it covers, or with the reason why the content is missing. The rows of the trail follow,
each with `"chain": "trail"`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from progress.ledger.chain import canonical_bytes, instant
from progress.ledger.trail import TrailRow, parsed
from progress.ledger.verification import LedgerRow, Subject

FORMAT = "g7plan-ledger/2"
# Acts of the trail whose content every reader may see.
OF_ALL = frozenset({"start", "plan", "presidency"})
# The sequence has no gaps, so it reveals how much is withheld. Without the sequence the
# chain could not be verified.
WITHHELD = (
    "Contents above {audience} are withheld, but their hashes are included. The records"
    " still reveal how many there are, and when each was published. The trail reveals"
    " how many acts of each kind there were, and about which entry or question."
)


def export_lines(
    rows: Iterable[LedgerRow],
    trail: Iterable[TrailRow] = (),
    *,
    audience: str,
    readable: frozenset[str],
) -> Iterator[bytes]:
    """Yield lines of canonical JSON; the audience may read the labels in `readable`."""
    head = {"format": FORMAT, "audience": audience}
    if audience != "amber":
        head["note"] = WITHHELD.format(audience=audience)
    yield canonical_bytes(head) + b"\n"
    for row in rows:
        yield canonical_bytes(_record(row, readable)) + b"\n"
    for step in trail:
        yield canonical_bytes(_trail_record(step, audience)) + b"\n"


def _record(row: LedgerRow, readable: frozenset[str]) -> dict[str, Any]:
    return {
        **row.link.hashed,
        "sha256": row.sha256,
        **(_shown_content(row.subject, readable) if row.subject else {}),
    }


def _trail_record(row: TrailRow, audience: str) -> dict[str, Any]:
    """Return a row of the trail. Only readers of everything see who did what when.

    The content is null where it is forged and not canonical JSON: no form allows that.
    """
    is_shown = audience == "amber" or row.link.kind in OF_ALL
    return {
        "chain": "trail",
        **vars(row.link),
        "sha256": row.sha256,
        **({"content": parsed(row.content)} if is_shown else {"withheld": True}),
    }


def _shown_content(subject: Subject, readable: frozenset[str]) -> dict[str, Any]:
    """Return the content, or that it was erased or is withheld from this audience."""
    if subject.erasure:
        return {"erased_at": instant(subject.erasure.at)}
    if not subject.handlings <= readable:
        return {"withheld": True}
    return {"content": dict(subject.content)}
