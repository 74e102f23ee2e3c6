"""Attempts to sign in, counted for a while in the cache.

An attempt is counted before the password is checked. Otherwise many attempts at once
would all pass. It is taken back if the password is right. An attempt that never ends,
because its process was killed or the database was away, counts for a moment only.
"""

import time
import uuid
from dataclasses import dataclass, field
from hashlib import sha256
from math import ceil

from allauth.core.internal.ratelimit import (
    cache_lock,  # tried with django-allauth 65.21
)
from django.core.cache import cache

# An attempt without an end counts for so many seconds. Checking a password takes one.
UNFINISHED_SECONDS = 15


@dataclass(frozen=True)
class AttemptLimit:
    """How many failed attempts are allowed within so many seconds."""

    most: int
    seconds: int


OF_ACCOUNT = AttemptLimit(5, 300)
OF_ADDRESS = AttemptLimit(10, 60)


@dataclass(frozen=True)
class Counter:
    """The counted attempts of one account, one browser or one network address."""

    of: str
    limit: AttemptLimit

    @property
    def _key(self) -> str:
        return f"attempts:{self.limit.most}:{sha256(self.of.encode()).hexdigest()}"

    def begin(self, attempt: str, *, at: float) -> int:
        """Count an attempt and return 0, or return the seconds to wait for the next."""
        with cache_lock(self._key) as is_locked:
            if not is_locked:
                return 1
            counted = self._counted(at)
            if len(counted) >= self.limit.most:
                ends = sorted(counted.values())
                return ceil(ends[len(ends) - self.limit.most] - at)
            self._keep({**counted, attempt: at + UNFINISHED_SECONDS})
        return 0

    def fail(self, attempt: str, *, at: float) -> None:
        self._change(attempt, at=at, until=at + self.limit.seconds)

    def take_back(self, attempt: str, *, at: float) -> None:
        self._change(attempt, at=at, until=None)

    def forget(self) -> None:
        cache.delete(self._key)

    def _change(self, attempt: str, *, at: float, until: float | None) -> None:
        with cache_lock(self._key):
            counted = self._counted(at)
            counted.pop(attempt, None)
            self._keep(counted if until is None else {**counted, attempt: until})

    def _counted(self, at: float) -> dict[str, float]:
        """Return the attempts that count at this instant, and until when."""
        kept: dict[str, float] = cache.get(self._key, {})
        return {attempt: until for attempt, until in kept.items() if until > at}

    def _keep(self, counted: dict[str, float]) -> None:
        cache.set(self._key, counted, self.limit.seconds)


@dataclass
class Attempt:
    """One attempt to sign in, in each counter that limits it."""

    counters: list[Counter]
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def begin(self) -> int:
        """Count it and return 0, or return the seconds to wait. Then it never began."""
        at = time.time()
        for number, counter in enumerate(self.counters):
            if wait := counter.begin(self.name, at=at):
                for earlier in self.counters[:number]:
                    earlier.take_back(self.name, at=at)
                return wait
        return 0

    def fail(self) -> None:
        for counter in self.counters:
            counter.fail(self.name, at=time.time())

    def take_back(self) -> None:
        for counter in self.counters:
            counter.take_back(self.name, at=time.time())


def attempt_of(*, email: str, device: str, is_known: bool, address: str) -> Attempt:
    """Return the attempt to sign in with this e-mail address, not yet begun.

    A browser that the person has used is counted by itself: neither an attacker
    elsewhere nor a neighbour at the same network address uses up its attempts. All
    other browsers share one count for the account, and one for their network address.
    """
    if is_known:
        return Attempt([_of_browser(email, device)])
    return Attempt([_of_account(email), Counter(address, OF_ADDRESS)])


def forget_attempts(*, email: str, device: str) -> None:
    """Let this account be tried again at once, from this browser and from new ones."""
    _of_browser(email, device).forget()
    _of_account(email).forget()


def _of_account(email: str) -> Counter:
    return Counter(email.lower(), OF_ACCOUNT)


def _of_browser(email: str, device: str) -> Counter:
    return Counter(f"{email.lower()} {device}", OF_ACCOUNT)
