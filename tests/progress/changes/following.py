"""Follow the changes as a partner's system does, and what it should get, by the rule.

`told_by_rule` is a second implementation, without SQL, of which changes a reader gets.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from accounts.models import User
from progress.changes.change import AnyChange, ChangeFilters, ChangeKind
from progress.changes.reading import read_changes
from tests.progress.rule_3 import Said

EVERYTHING = ChangeFilters()


@dataclass
class Follower:
    """A reader with a store of their own, and the cursor they reached."""

    reader: User
    filters: ChangeFilters = EVERYTHING
    size: int = 1000
    cursor: str | None = None
    changes: list[AnyChange] = field(default_factory=list)

    def poll(self, at: datetime | None = None) -> list[AnyChange]:
        """Fetch all that is new, page by page."""
        new: list[AnyChange] = []
        has_more = True
        while has_more:
            page = read_changes(
                self.reader,
                at or datetime.now(UTC),
                since=self.cursor,
                filters=self.filters,
                size=self.size,
            )
            assert len(page.changes) == self.size or not page.has_more
            self.cursor, has_more = page.cursor, page.has_more
            new += page.changes
        self.changes += new
        return new


def replay(changes: Iterable[AnyChange], known_at: datetime) -> list[UUID]:
    """Return the entries in force after the changes up to an instant, in order."""
    standing: list[UUID] = []
    for change in changes:
        if change.at > known_at:
            continue
        gone = change.supersedes if change.kind == ChangeKind.PUBLISHED else change.key
        if change.kind != ChangeKind.ERASED and gone in standing:
            standing.remove(gone)
        if change.kind == ChangeKind.PUBLISHED:
            standing.append(change.key)
    return standing


def position_in(standing: list[UUID], said: dict[UUID, Said], at: date) -> UUID | None:
    """Return the position among the entries in force, in the order they came in.

    The reader has no number of the ledger. The order of the changes says as much.
    """
    candidates = [
        (said[key].as_of, said[key].published_at, order)
        for order, key in enumerate(standing)
        if key in said and said[key].as_of <= at
    ]
    return standing[max(candidates)[-1]] if candidates else None


def told_by_rule(
    said: Iterable[Said], sees: Callable[[Said], bool]
) -> list[tuple[str, UUID, UUID | None]]:
    """Return kind, entry and superseded entry of each change, in order."""
    known = {one.pk: one for one in said}
    told: list[tuple[str, UUID, UUID | None]] = []
    for one in known.values():
        before = known.get(one.supersedes) if one.supersedes else None
        seen = before.pk if before is not None and sees(before) else None
        if one.kind != "withdrawal" and sees(one):
            told.append(("published", one.pk, seen))
        elif seen:
            told.append(("removed", seen, None))
    return told


def facts_of(changes: Iterable[AnyChange]) -> list[tuple[str, UUID, UUID | None]]:
    return [(one.kind.value, one.key, one.supersedes) for one in changes]
