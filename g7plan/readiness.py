"""Whether this process can serve. A part that does not answer at once is named."""

from collections.abc import Callable
from threading import Event

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from audit.models import Demonstration

logger = structlog.get_logger(__name__)
SECONDS = 0.5

# The migrations of this process's code do not change while it runs. So they are checked
# until they are complete, and not again.
_is_migrated = Event()


def failing_parts() -> list[str]:
    """Return the names of the parts that do not work.

    The reason is only logged, because anyone may ask. Without the database, the parts
    that need it are not checked.
    """
    failing = [name for name, check in _CHECKS.items() if not check()]
    if "database" in failing:
        return failing
    return failing + [name for name, check in _NEED_DATABASE.items() if not check()]


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


def holds_no_demonstration() -> bool:
    """Return whether production is free of illustrative data."""
    return not (settings.PRODUCTION and Demonstration.objects.exists())


_CHECKS: dict[str, Callable[[], bool]] = {
    "database": has_database,
    "broker": has_broker,
}
_NEED_DATABASE: dict[str, Callable[[], bool]] = {
    "migrations": is_migrated,
    "demonstration": holds_no_demonstration,
}
