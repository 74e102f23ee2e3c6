"""The ledger as JSON Lines, so that anybody can verify it: docs/ledger.md.

The first line says what the file is; each line after it is one record, with what it
vouches for, or with what stands in its place.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import rfc8785

from progress.ledger.chain import instant
from progress.ledger.verification import LedgerRow, Subject

FORMAT = "g7plan-ledger/1"
# A dense sequence counts what is withheld; without it no chain could be verified.
WITHHELD = (
    "Contents above {audience} are withheld; their hashes stand for them. The records"
    " themselves tell how many there are, and when each was published."
)


def export_lines(
    rows: Iterable[LedgerRow], *, audience: str, readable: frozenset[str]
) -> Iterator[bytes]:
    """Canonical JSON, one line each; `readable` are the labels of the audience."""
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
        **(_what_stands(row.subject, readable) if row.subject else {}),
    }


def _what_stands(subject: Subject, readable: frozenset[str]) -> dict[str, Any]:
    """The content; or that it was erased, or is withheld from this audience."""
    if subject.erasure:
        return {"erased_at": instant(subject.erasure.at)}
    if not subject.handlings <= readable:
        return {"withheld": True}
    return {"content": dict(subject.content)}
