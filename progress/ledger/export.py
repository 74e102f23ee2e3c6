"""The ledger as JSON Lines, which anyone can verify: see docs/ledger.md.

The first line describes the file. Each further line is one record with the content that
it covers, or with the reason why the content is missing.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import rfc8785

from progress.ledger.chain import instant
from progress.ledger.verification import LedgerRow, Subject

FORMAT = "g7plan-ledger/1"
# The sequence has no gaps, so it reveals how much is withheld. Without the sequence the
# chain could not be verified.
WITHHELD = (
    "Contents above {audience} are withheld, but their hashes are included. The records"
    " still reveal how many there are, and when each was published."
)


def export_lines(
    rows: Iterable[LedgerRow], *, audience: str, readable: frozenset[str]
) -> Iterator[bytes]:
    """Yield lines of canonical JSON; the audience may read the labels in `readable`."""
    head = {"format": FORMAT, "audience": audience}
    if audience != "amber":
        head["note"] = WITHHELD.format(audience=audience)
    yield rfc8785.dumps(head) + b"\n"
    for row in rows:
        yield rfc8785.dumps(_record(row, readable)) + b"\n"


def _record(row: LedgerRow, readable: frozenset[str]) -> dict[str, Any]:
    link = row.link
    return {
        "sequence": link.sequence,
        "kind": link.kind,
        "recorded_at": instant(link.recorded_at),
        "content_sha256": link.content_sha256,
        "previous_sha256": link.previous_sha256,
        "sha256": row.sha256,
        **(_shown_content(row.subject, readable) if row.subject else {}),
    }


def _shown_content(subject: Subject, readable: frozenset[str]) -> dict[str, Any]:
    """Return the content, or that it was erased or is withheld from this audience."""
    if subject.erasure:
        return {"erased_at": instant(subject.erasure.at)}
    if not subject.handlings <= readable:
        return {"withheld": True}
    return {"content": dict(subject.content)}
