"""Keep what each key was used for: noted by requests, and written by a worker.

A request adds a use to a stream on the server of the queue, by one command with a short
time-out. If it fails, the use is lost and the request is not. A worker writes the
stream to the table in batches. It deletes what it wrote from the stream afterwards, so
that a worker which dies in between writes the same again: each use has an id, and is
there once.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any, cast
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import ApiKey, ApiKeyUse

logger = structlog.get_logger()

KEPT = timedelta(days=90)
STREAM = "g7plan:api-key-uses"
# While no worker runs, the oldest are dropped: about 25 MB stay at most.
MOST_WAITING = 100_000
BATCH = 1000
# A run ends in time for the next one, however many wait.
MOST_BATCHES = 50
# Seconds. Of the requests while the server is away, few wait for the time-out.
TIMEOUT, SECONDS_AWAY = 0.1, 5.0


@dataclass(frozen=True)
class KeyUse:
    """A request with a key. `network` is where it came from, shortened."""

    key: UUID
    at: datetime
    method: str
    route: str
    status: int
    network: str


class _Outage:
    """Until when this process does not ask the server again."""

    until = 0.0


def note_use(use: KeyUse) -> None:
    """Add a use to the stream. A failure is logged and never raised."""
    if monotonic() < _Outage.until:
        return
    noted = json.dumps({**asdict(use), "id": uuid4()}, default=str)
    try:
        _server().xadd(STREAM, {"use": noted}, maxlen=MOST_WAITING, approximate=True)
    except RedisError as error:
        _Outage.until = monotonic() + SECONDS_AWAY
        logger.warning("key_use_lost", reason=str(error))


def store_uses() -> int:
    """Write the uses that wait to the table, and return how many were read."""
    read = 0
    for _number in range(MOST_BATCHES):
        batch: list[tuple[bytes, dict[bytes, bytes]]] = cast(
            "Any", _server(timeout=5.0).xrange(STREAM, count=BATCH)
        )
        if not batch:
            break
        _write([json.loads(fields[b"use"]) for _place, fields in batch])
        _server(timeout=5.0).xdel(STREAM, *(place for place, _fields in batch))
        read += len(batch)
    return read


def delete_old_uses(*, at: datetime) -> None:
    """Delete the uses that are older than 90 days. Safe to repeat."""
    ApiKeyUse.objects.filter(at__lt=at - KEPT).delete()


def _write(batch: list[dict[str, Any]]) -> None:
    wanted = {UUID(row["key"]) for row in batch}
    known = set(ApiKey.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    ApiKeyUse.objects.bulk_create(_rows(batch, known), ignore_conflicts=True)


def _rows(batch: list[dict[str, Any]], known: set[UUID]) -> Iterator[ApiKeyUse]:
    """Yield a row for each use of a key that exists."""
    for row in batch:
        if UUID(row["key"]) in known:
            yield ApiKeyUse(
                id=UUID(row["id"]),
                key_id=UUID(row["key"]),
                at=datetime.fromisoformat(row["at"]),
                method=row["method"][:8],
                route=row["route"][:80],
                status=row["status"],
                network=row["network"],
            )


@lru_cache(maxsize=2)
def _server(timeout: float = TIMEOUT) -> "Redis":
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=timeout, socket_connect_timeout=timeout
    )
