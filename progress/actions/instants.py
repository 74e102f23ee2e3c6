"""The instant of an act: the database's clock, whatever an application's clock says.

A database that is marked as a demonstration has a past that was never lived. There an
act has the instant it is given.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from accounts.models import User
from audit.statements import run_planned
from audit.transactions import retried

P = ParamSpec("P")
T = TypeVar("T")

# Seconds by which the database's clock may be behind that of a caller.
_NEAR = 5.0
# The instant of an act, and who holds the chair then, as `chair_at` says.
_PRESENT = """
    WITH present AS MATERIALIZED (
        SELECT CASE WHEN EXISTS (SELECT FROM audit_demonstration) THEN %s
            ELSE clock_timestamp() END AS at)
    SELECT at, chair.member_id FROM present
    LEFT JOIN accounts_presidency AS chair ON starts_at <= at AND ends_at > at
"""
_CLOCK = "SELECT clock_timestamp(), EXISTS (SELECT FROM audit_demonstration)"


def database_clock() -> tuple[datetime, bool]:
    """Return the database's present instant, and whether it is a demonstration."""
    return cast("tuple[datetime, bool]", run_planned(_CLOCK, []).fetchone())


def recorded_instant(at: datetime) -> datetime:
    """Return the instant at which a publication or a seal is recorded.

    It is never in the future, also in a demonstration.
    """
    clock, is_demonstration = database_clock()
    return instant_by(clock, at, is_demonstration=is_demonstration)


def instant_by(clock: datetime, at: datetime, *, is_demonstration: bool) -> datetime:
    """Return the instant of a record: that of the clock, or `at` in a demonstration."""
    return min(at, clock) if is_demonstration else clock


def wait_until(instant: datetime, clock: datetime) -> None:
    """Wait for an instant that is near. The database refuses one in its future."""
    ahead = (instant - clock).total_seconds()
    if 0 < ahead < _NEAR:
        time.sleep(ahead)


def recorded_act(act: Callable[P, T]) -> Callable[P, T]:
    """Run an act in a transaction as `retried` does, with `at` by the database's clock.

    The clock is read in the act's own transaction, together with the chair.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        at, chair = run_planned(_PRESENT, [kwargs["at"]]).fetchone()
        by = cast("User", kwargs["by"])
        by.remember_chair(at, chair)
        kwargs["at"] = at
        return act(*args, **kwargs)

    return retried(run)
