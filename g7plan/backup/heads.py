"""Signed heads of the ledger that are kept outside, compared with what was restored."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec

from audit.owner import OWNER
from g7plan.backup.manifest import BackupError
from progress.ledger.keys import is_signed
from progress.ledger.signing import head_line
from progress.models import LedgerRecord, TrailRecord


class KeptHead(msgspec.Struct, frozen=True):
    """A checkpoint, as the page of the ledger gives it."""

    day: date
    sha256: str
    key_sha256: str
    signature: str
    trail_sha256: str = ""

    @property
    def is_good(self) -> bool:
        return is_signed(
            head_line(self.day, self.sha256, self.trail_sha256),
            key_sha256=self.key_sha256,
            signature=self.signature,
        )


class _KeptHeads(msgspec.Struct):
    checkpoints: tuple[KeptHead, ...]


def read_heads(path: Path) -> list[KeptHead]:
    """Return the checkpoints of a file from the page of the ledger.

    Raises BackupError, also where a signature is not one of ours.
    """
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_KeptHeads)
    except (OSError, msgspec.MsgspecError) as error:
        raise BackupError(f"{path} cannot be read as checkpoints: {error}.") from error
    wrong = [head.day.isoformat() for head in kept.checkpoints if not head.is_good]
    if wrong:
        raise BackupError(
            f"{path} has checkpoints without a good signature: {', '.join(wrong)}."
        )
    return list(kept.checkpoints)


def missing_heads(
    kept: Sequence[KeptHead], given: Sequence[str]
) -> Iterator[dict[str, str]]:
    """Yield the day and hash of each head that is not in the restored database.

    `given` are hashes whose day is not known.
    """
    known = {
        *LedgerRecord.objects.using(OWNER).values_list("sha256", flat=True),
        *TrailRecord.objects.using(OWNER).values_list("sha256", flat=True),
        "",
        "0" * 64,
    }
    for head in sorted(kept, key=lambda head: head.day):
        for sha256 in (head.sha256, head.trail_sha256):
            if sha256 not in known:
                yield {"day": head.day.isoformat(), "sha256": sha256}
    for sha256 in given:
        if sha256 not in known:
            yield {"day": "", "sha256": sha256}
