"""The cache on Redis, with a replacement in memory while its server is away.

The cache counts requests and attempts to sign in (`accounts.limits.counting`). If its
server fails, people must not be locked out or see an error, and the counting must go
on. So each process counts for itself until the server answers again.
"""

import json
from collections.abc import Callable, Sequence
from hashlib import sha1
from threading import Lock
from time import monotonic
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import NoScriptError, RedisError

logger = structlog.get_logger()

# A page asks the cache some twenty times. Only the first call waits for a time-out.
SECONDS_AWAY = 5.0


class JsonSerializer:
    """JSON instead of Django's pickle, which would run code stored on the server."""

    def dumps(self, value: object) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


# A log is a sorted set: what counts, and until which instant, in microseconds. The
# script adds to every log, or to none if one is full. So no limit is ever exceeded,
# however many ask at once. KEYS: the logs. ARGV: now, the name of what counts, and for
# each log how much it may hold and until when this counts. It returns how long to wait,
# and for each log how much it holds and when the first of it ends.
_TAKE = """
local now, name, wait, full = tonumber(ARGV[1]), ARGV[2], 0, {}
for i, log in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', log, '-inf', ARGV[1])
  local count, most = redis.call('ZCARD', log), tonumber(ARGV[2 * i + 1])
  if count >= most then
    local last = redis.call('ZRANGE', log, count - most, count - most, 'WITHSCORES')
    wait = math.max(wait, tonumber(last[2]) - now)
  end
end
local state = {string.format('%.0f', wait)}
for i, log in ipairs(KEYS) do
  local till = ARGV[2 * i + 2]
  if wait == 0 then
    redis.call('ZADD', log, till, name)
    redis.call('PEXPIRE', log, math.ceil((tonumber(till) - now) / 1000) + 1000, 'NX')
    redis.call('PEXPIRE', log, math.ceil((tonumber(till) - now) / 1000) + 1000, 'GT')
  end
  local first = redis.call('ZRANGE', log, 0, 0, 'WITHSCORES')
  state[2 * i] = redis.call('ZCARD', log)
  state[2 * i + 1] = string.format('%.0f', tonumber(first[2] or now))
end
return state
"""
_TAKE_SHA = sha1(_TAKE.encode(), usedforsecurity=False).hexdigest()

# A log, how much it may hold, and until when this counts, in microseconds.
LogEntry = tuple[str, int, int]
# How long to wait, in microseconds; of each log how much it holds and its first end.
Taken = tuple[int, list[tuple[int, int]]]


class _Server(RedisCacheClient):
    """Django's client, which can also count within limits, in one round trip."""

    def take(self, entries: Sequence[LogEntry], name: str, now: int) -> Taken:
        client = self.get_client(None, write=True)
        logs = [log for log, _most, _until in entries]
        limits = [part for _log, *limit in entries for part in limit]
        given: list[Any] = [*logs, now, name, *limits]
        try:
            state = client.evalsha(_TAKE_SHA, len(logs), *given)
        except NoScriptError:  # the server has restarted
            state = client.eval(_TAKE, len(logs), *given)
        wait, *pairs = map(int, state)
        return wait, list(zip(pairs[::2], pairs[1::2], strict=True))

    def recount(self, entries: Sequence[LogEntry], name: str, now: int) -> None:
        """Let what is counted already count until another instant, or no longer."""
        with self.get_client(None, write=True).pipeline(transaction=True) as pipe:
            for log, _most, until in entries:
                if until > now:
                    pipe.zadd(log, {name: until})
                    pipe.pexpire(log, (until - now) // 1000 + 1000)
                else:
                    pipe.zrem(log, name)
            pipe.execute()


class _Memory(LocMemCache):
    """The same in this process, while the server is away."""

    _logs = Lock()

    def take(self, entries: Sequence[LogEntry], name: str, now: int) -> Taken:
        with self._logs:
            held = [self._held(log, now) for log, _most, _until in entries]
            waits = [
                sorted(ends.values())[len(ends) - most] - now
                for ends, (_log, most, _until) in zip(held, entries, strict=True)
                if len(ends) >= most
            ]
            for ends, (log, _most, until) in zip(held, entries, strict=True):
                if not waits:
                    self._hold(log, {**ends, name: until}, now)
                    ends[name] = until
        state = [(len(ends), min(ends.values(), default=now)) for ends in held]
        return max(waits, default=0), state

    def recount(self, entries: Sequence[LogEntry], name: str, now: int) -> None:
        with self._logs:
            for log, _most, until in entries:
                self._hold(log, {**self._held(log, now), name: until}, now)

    def _held(self, log: str, now: int) -> dict[str, int]:
        held: dict[str, int] = self.get(log, {})
        return {name: until for name, until in held.items() if until > now}

    def _hold(self, log: str, ends: dict[str, int], now: int) -> None:
        self.set(log, ends, (max(ends.values()) - now) / 1e6 + 1)


class _Client:
    """Django's client of the server, or this process's memory while it is away."""

    # Shared by the whole process: every thread has its own client.
    away_until = 0.0

    def __init__(self, servers: list[str], **options: Any) -> None:
        self._server = _Server(servers, **options)
        self._memory = _Memory("while-the-server-is-away", {})

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

    def take(self, entries: Sequence[LogEntry], name: str, now: int) -> Taken:
        """Add to every log, or to none if one is full. `now` is in microseconds."""
        client: Any = self._cache
        taken: Taken = client.take(self._with_keys(entries), name, now)
        return taken

    def recount(self, entries: Sequence[LogEntry], name: str, now: int) -> None:
        """Let what was added count until another instant; until `now`, no longer."""
        client: Any = self._cache
        client.recount(self._with_keys(entries), name, now)

    def _with_keys(self, entries: Sequence[LogEntry]) -> list[LogEntry]:
        made = self.make_and_validate_key
        return [(made(log), most, until) for log, most, until in entries]
