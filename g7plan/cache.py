"""The cache on Redis, with a replacement in memory while its server is away.

The cache counts attempts to sign in. If its server fails, people must not be locked
out or see an error, and the counting must go on. So each process counts for itself
until the server answers again.
"""

import json
from collections.abc import Callable
from time import monotonic
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = structlog.get_logger()

# A page asks the cache some twenty times. Only the first call waits for a time-out.
SECONDS_AWAY = 5.0


class JsonSerializer:
    """JSON instead of Django's pickle, which would run code stored on the server."""

    def dumps(self, value: object) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class _Client:
    """Django's client of the server, or this process's memory while it is away."""

    # Shared by the whole process: every thread has its own client.
    away_until = 0.0

    def __init__(self, servers: list[str], **options: Any) -> None:
        self._server = RedisCacheClient(servers, **options)
        self._memory = LocMemCache("while-the-server-is-away", {})

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        def ask(*args: Any) -> Any:
            if monotonic() < _Client.away_until:
                return getattr(self._memory, verb)(*args)
            try:
                return getattr(self._server, verb)(*args)
            except RedisError as error:
                _Client.away_until = monotonic() + SECONDS_AWAY
                logger.warning("cache_away", verb=verb, reason=str(error))
                return getattr(self._memory, verb)(*args)

        return ask


class ForgivingRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
