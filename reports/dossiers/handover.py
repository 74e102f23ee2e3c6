"""Hand a sealed dossier from the worker to the session that asked, once.

Only the cache holds it, sealed and for five minutes. There is no row, and no file.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache

from reports.dossiers.seal import Sealed

LIFETIME = timedelta(minutes=5)
# After this time, the page says that the queue may be away.
PATIENCE = timedelta(seconds=30)
# What is left in place of a dossier that was handed over, or that was not made.
TAKEN, FAILED = {"state": "taken"}, {"state": "failed"}


@dataclass(frozen=True)
class DossierRequest:
    """A request for a dossier, as the session holds it."""

    id: UUID
    private_key: str
    member: str
    asked_at: datetime

    def as_session(self) -> dict[str, str]:
        return {
            "id": str(self.id),
            "private_key": self.private_key,
            "member": self.member,
            "asked_at": self.asked_at.isoformat(),
        }

    @classmethod
    def from_session(cls, held: dict[str, str]) -> "DossierRequest":
        return cls(
            id=UUID(held["id"]),
            private_key=held["private_key"],
            member=held["member"],
            asked_at=datetime.fromisoformat(held["asked_at"]),
        )

    def state(self, at: datetime) -> str:
        """Return `ready`, `waiting`, `slow`, `failed` or `expired`."""
        held = cache.get(_key(self.id))
        age = at - self.asked_at
        if age >= LIFETIME:
            return "expired"
        if held is not None:
            return str(held.get("state", "ready")).replace("taken", "expired")
        return "slow" if age >= PATIENCE else "waiting"


def hand_over(dossier_id: UUID, sealed: Sealed) -> bool:
    """Put the sealed dossier in the cache. Return False if it was there before."""
    return _add(dossier_id, sealed.as_json())


def note_failure(dossier_id: UUID) -> None:
    """Say that the dossier was not made."""
    _add(dossier_id, FAILED)


def take(dossier_id: UUID) -> Sealed | None:
    """Take the dossier out of the cache. Return None if there is none any more.

    Of two presses at once, only the first gets it: a mark says that it was taken.
    """
    held: dict[str, Any] | None = cache.get(_key(dossier_id))
    if held is None or "state" in held:
        return None
    if not cache.add(f"{_key(dossier_id)}:taken", True, LIFETIME.total_seconds()):
        return None
    cache.set(_key(dossier_id), TAKEN, LIFETIME.total_seconds())
    return Sealed(**held)


def _add(dossier_id: UUID, value: dict[str, str]) -> bool:
    return cache.add(_key(dossier_id), value, LIFETIME.total_seconds())


def _key(dossier_id: UUID) -> str:
    return f"dossier:{dossier_id}"
