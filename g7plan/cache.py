"""The cache on Redis, and what stands in while its server is away.

What is cached here counts attempts to sign in. A server that is only a cache must not
lock people out, nor show them an error; and the counting must not stop either. So each
process counts for itself until the server answers again.
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

# A page asks the cache some twenty times: only the first of them waits for a time-out.
SECONDS_AWAY = 5.0


class JsonSerializer:
    """Django's own is pickle, which runs whatever somebody at the server put there."""

    def dumps(self, value: object) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class _Client:
    """Django's client of the server, or the process's own memory."""

    # Of the whole process: every thread has a client of its own.
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
