"""The state of a link after a check: alive or dead, and when to check it again.

One failure proves little: a server restarts, or a name moves. A link is dead if two
checks in a row failed, at least a day apart. Plain Python.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from progress.evidence.link_fetch import Finding, Verdict

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
LONGEST = timedelta(days=14)
# Failures in a row after which a link is called dead.
DEAD_AFTER = 2
# Checks closer than this count as one. A worker that was away may run them late.
LEAST_APART = timedelta(hours=23)


@dataclass(frozen=True)
class LinkState:
    """What is known of one link."""

    due_at: datetime
    checked_at: datetime | None = None
    http_status: int | None = None
    problem: str = ""
    failure_count: int = 0
    last_alive_at: datetime | None = None
    dead_since: datetime | None = None


def after(before: LinkState, finding: Finding, at: datetime) -> LinkState:
    """Return the state after a check at this instant."""
    seen = replace(
        before,
        checked_at=at,
        http_status=finding.status,
        problem=finding.problem or "",
        due_at=at + A_WEEK,
    )
    if finding.verdict is Verdict.ALIVE:
        return replace(seen, failure_count=0, last_alive_at=at, dead_since=None)
    if finding.verdict is Verdict.DEAD:
        return _failed(before, seen, at)
    # Nothing new is known, so the state stays. A busy server may answer tomorrow. An
    # address that may not be visited will not change so soon.
    is_busy = finding.verdict is Verdict.UNSURE
    return replace(seen, due_at=at + (A_DAY if is_busy else A_WEEK))


def _failed(before: LinkState, seen: LinkState, at: datetime) -> LinkState:
    """Count the failure. The link is checked again after 1, 2, 4, 8, then 14 days."""
    is_soon = (
        before.failure_count > 0
        and before.checked_at is not None
        and at - before.checked_at < LEAST_APART
    )
    count = before.failure_count + (0 if is_soon else 1)
    is_dead = count >= DEAD_AFTER
    return replace(
        seen,
        failure_count=count,
        due_at=at + min(A_DAY * 2 ** min(count - 1, 10), LONGEST),
        dead_since=before.dead_since or (before.checked_at or at if is_dead else None),
    )
