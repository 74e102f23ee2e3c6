"""The ledger as JSON Lines, which anyone can verify: see docs/ledger.md.

The first line describes the file. Each further line is one record with the content that
it covers, or with the reason why the content is missing. The rows of the trail follow,
each with `"chain": "trail"`.
"""

from collections.abc import Iterable, Iterator

from progress.ledger.chain import canonical_bytes, canonical_with, instant
from progress.ledger.trail import TrailRow, parsed
from progress.ledger.verification import LedgerRow

FORMAT = "g7plan-ledger/2"
# Acts of the trail whose content every reader may see.
OF_ALL = frozenset({"start", "plan", "presidency"})
# The sequence has no gaps, so it reveals how much is withheld. Without the sequence the
# chain could not be verified.
WITHHELD = (
    "Contents above {audience} are withheld, but their hashes are included. The records"
    " still reveal how many there are, and when each was published. The trail reveals"
    " how many acts of each kind there were, and about which entry, question or score"
    " table."
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
        yield _record(row, readable) + b"\n"
    for step in trail:
        yield _trail_record(step, audience) + b"\n"


def _record(row: LedgerRow, readable: frozenset[str]) -> bytes:
    """Return a record with its content, or why it is erased or withheld from them."""
    record = {**row.link.hashed, "sha256": row.sha256}
    subject = row.subject
    if subject is None:
        return canonical_bytes(record)
    if subject.erasure:
        return canonical_bytes({**record, "erased_at": instant(subject.erasure.at)})
    if not subject.handlings <= readable:
        return canonical_bytes({**record, "withheld": True})
    return canonical_with(record, subject.canonical(row.link.content_sha256))


def _trail_record(row: TrailRow, audience: str) -> bytes:
    """Return a row of the trail. Only readers of everything see who did what when.

    The content is null where it is forged and not canonical JSON: no form allows that.
    """
    record = {"chain": "trail", **vars(row.link), "sha256": row.sha256}
    if audience != "amber" and row.link.kind not in OF_ALL:
        return canonical_bytes({**record, "withheld": True})
    is_good = parsed(row.content) is not None
    return canonical_with(record, row.content.encode() if is_good else b"null")
