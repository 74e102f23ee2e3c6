"""A slow second implementation of rule 3: from its text alone, and without SQL."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4


@dataclass(frozen=True)
class Said:
    """One published entry, as plain data."""

    as_of: date
    published_at: datetime
    handling: str
    kind: str = "update"
    supersedes: UUID | None = None
    # Its place in the ledger: the last key, where day and instant are the same.
    sequence: int = 0
    pk: UUID = field(default_factory=uuid4)

    @property
    def rank(self):
        return self.as_of, self.published_at, self.sequence


def position_by_rule_3(
    said: list[Said], labels: set[str], at: date, known_at: datetime
) -> Said | None:
    """The rule's own four steps, (a) to (d), in its own order."""
    known = [one for one in said if one.published_at <= known_at]
    gone = {one.supersedes for one in known}
    left = [one for one in known if one.pk not in gone]
    seen = [one for one in left if one.kind != "withdrawal" and one.handling in labels]
    candidates = [one for one in seen if one.as_of <= at]
    return max(candidates, key=lambda one: one.rank, default=None)


def shows_again_by_rule_3(
    said: list[Said], labels: set[str], at: date, known_at: datetime, shown: Said
) -> bool:
    """Return whether a later entry was withdrawn, if the reader may know of it."""
    seen = {one.pk: one for one in said if one.handling in labels}
    withdrawals = [
        one
        for one in seen.values()
        if one.kind == "withdrawal"
        and shown.published_at < one.published_at <= known_at
    ]
    withdrawn = [seen[one.supersedes] for one in withdrawals if one.supersedes in seen]
    return any(one.as_of <= at and one.rank > shown.rank for one in withdrawn)
