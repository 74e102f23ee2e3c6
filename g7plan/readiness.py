"""Whether this process can serve. A part that does not answer at once is named."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from audit.models import Demonstration
from g7plan.databases import LIMITS

logger = structlog.get_logger(__name__)
SECONDS = 0.3  # for each answer of the broker
SECONDS_IN_ALL = 0.8

# The migrations of this process's code do not change while it runs. So they are checked
# until they are complete, and not again.
_is_migrated = Event()


class Check:
    """A check in a thread of its own: a part that never answers is a failing part.

    It runs once at a time. So a silent part holds one thread, however often it is
    checked.
    """

    def __init__(self, part: str, find_failing: Callable[[], list[str]]) -> None:
        self._part = part
        self._find_failing = find_failing
        self._lock = Lock()
        self._thread: Thread | None = None
        self._failing: list[str] = []

    def begin(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, daemon=True)
                self._thread.start()

    def failing(self, until: float) -> list[str]:
        """Return the failing parts, or this part if there is no answer by then."""
        thread = self._thread
        if thread is not None:
            thread.join(max(0.0, until - monotonic()))
            if thread.is_alive():
                logger.warning("not_ready", part=self._part, reason="no answer")
                return [self._part]
        return self._failing

    def _run(self) -> None:
        self._failing = [self._part]
        try:
            self._failing = self._find_failing()
        finally:
            connections.close_all()


def failing_parts() -> list[str]:
    """Return the names of the parts that do not work, within a second.

    The reason is only logged, because anyone may ask.
    """
    until = monotonic() + SECONDS_IN_ALL
    for check in _CHECKS:
        check.begin()
    return [part for check in _CHECKS for part in check.failing(until)]


def failing_of_database() -> list[str]:
    """Check the database, and then what needs it."""
    if not has_database():
        return ["database"]
    try:
        return [name for name, check in _NEED_DATABASE.items() if not check()]
    except DatabaseError as error:
        logger.warning("not_ready", part="database", reason=str(error))
        return ["database"]


def failing_of_broker() -> list[str]:
    return [] if has_broker() else ["broker"]


def has_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("not_ready", part="database", reason=str(error))
        return False
    return True


def has_broker() -> bool:
    """Return whether the broker answers. The cache is on the same server."""
    broker = Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_connect_timeout=SECONDS,
        socket_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        with broker:
            return bool(broker.ping())
    except RedisError as error:
        logger.warning("not_ready", part="broker", reason=str(error))
        return False


def is_migrated() -> bool:
    if not _is_migrated.is_set():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _is_migrated.set()
    return True


def has_limits() -> bool:
    """Return whether a pooler gives this process the time limits of its kind."""
    if not connection.settings_dict.get("THROUGH_POOLER"):
        return True  # this process sets them itself
    wanted = LIMITS[settings.PROCESS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS a (name)",
            [list(wanted)],
        )
        return dict(cursor.fetchall()) == wanted


def holds_no_demonstration() -> bool:
    """Return whether production is free of illustrative data."""
    return not (settings.PRODUCTION and Demonstration.objects.exists())


_NEED_DATABASE: dict[str, Callable[[], bool]] = {
    "migrations": is_migrated,
    "limits": has_limits,
    "demonstration": holds_no_demonstration,
}
_CHECKS = (
    Check("database", failing_of_database),
    Check("broker", failing_of_broker),
)
