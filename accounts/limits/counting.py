"""One limiter for the whole product: `accounts.limits.table` says what is limited.

Everything that is limited is counted by this module, for the person or key and for
their network address. What is counted counts for a window of time from its own instant,
so no window of that length ever holds more than the limit. What is refused is not
counted. So after the given time to wait, the next one is allowed.

The counts are in the cache. While its server is away, each process counts for itself.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from typing import Any, cast

from django.conf import settings
from django.core.cache import cache

from accounts.limits.table import LIMITS, Limit
from accounts.models import User


@dataclass(frozen=True)
class Bucket:
    """What one person, account or network address has used of one limit."""

    name: str
    of: str

    @property
    def limit(self) -> Limit:
        limits: dict[str, Limit] = settings.RATE_LIMITS
        return limits[self.name]

    @property
    def log(self) -> str:
        """Its key in the cache. It does not show whose it is."""
        return f"rate:{self.name}:{sha256(self.of.encode()).hexdigest()}"


@dataclass(frozen=True)
class Usage:
    """What is left of a limit, at least for the next seconds."""

    bucket: Bucket
    left: int
    seconds: int


@dataclass(frozen=True)
class CountedUse:
    """Whether something is allowed: after how many seconds, and what is left then."""

    wait: int
    usages: list[Usage]


@dataclass(frozen=True)
class Use:
    """One request or attempt, and the buckets in which it counts."""

    buckets: Sequence[Bucket]
    name: str

    @classmethod
    def of(cls, buckets: Sequence[Bucket]) -> "Use":
        return cls(buckets, uuid.uuid4().hex)

    def begin(self, *, seconds: int | None = None) -> CountedUse:
        """Count it in every bucket, or in none if one of them is full.

        It counts for the window of each limit, or for so many seconds.
        """
        now = _now()
        wait, state = _log_store().take(self._entries(now, seconds), self.name, now)
        usages = [
            Usage(bucket, max(bucket.limit.most - held, 0), ceil((first - now) / 1e6))
            for bucket, (held, first) in zip(self.buckets, state, strict=True)
        ]
        return CountedUse(ceil(wait / 1e6), usages)

    def count(self) -> None:
        """Let it count for the window of each limit, from now."""
        now = _now()
        _log_store().recount(self._entries(now, None), self.name, now)

    def take_back(self) -> None:
        """Let it no longer count."""
        now = _now()
        _log_store().recount(self._entries(now, 0), self.name, now)

    def _entries(self, now: int, seconds: int | None) -> list[tuple[str, int, int]]:
        found = [(bucket, bucket.limit) for bucket in self.buckets]
        return [
            (
                bucket.log,
                limit.most,
                now + (limit.seconds if seconds is None else seconds) * 1_000_000,
            )
            for bucket, limit in found
        ]


def use(*buckets: Bucket) -> CountedUse:
    """Count one use in every bucket, or in none if one of them is full."""
    return Use.of(buckets).begin()


def forget(*buckets: Bucket) -> None:
    cache.delete_many([bucket.log for bucket in buckets])


def buckets_of(names: Sequence[str], user: User | None, address: str) -> list[Bucket]:
    """Return the buckets of a person or key, and then those of their address.

    All keys of one service user share its buckets: a rotation gives no second share.
    """
    own = [Bucket(name, str(user.pk)) for name in names if name in LIMITS and user]
    shared = [f"{name}-address" for name in names]
    return own + [Bucket(name, address) for name in shared if name in LIMITS]


def _now() -> int:
    """Return the present instant, in microseconds."""
    return int(time.time() * 1_000_000)


def _log_store() -> Any:
    """Return the cache, which is a `g7plan.cache.ForgivingRedisCache`."""
    return cast("Any", cache)
