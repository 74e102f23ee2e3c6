"""What Prometheus reads of the database and the queue: `manage.py serve_metrics`.

Work that goes well leaves no trace here: otherwise the numbers would reveal
each publication, and rule 4 hides those. So only late jobs have an age, failed jobs are
counted by the people who wait for them, and messages in whole tens.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from redis import Redis, RedisError

from audit.models import PeriodicRun
from g7plan.jobs import SOURCES, late_since, people_with_failed_jobs
from g7plan.queues import QUEUES
from progress.ledger.checkpoints import good_checkpoints

logger = structlog.get_logger(__name__)
Reading = Callable[[datetime], Iterator[Metric]]
SECONDS = 5  # for each statement and each answer of the queue
# Kinds of jobs that are not measured: the number of links reveals entries.
NOT_MEASURED = frozenset({"link-check"})
STEP = 10  # messages
CONNECTIONS = """
SELECT (SELECT sum(numbackends) FROM pg_stat_database)::int,
       current_setting('max_connections')::int
"""


class StateCollector(Collector):
    """Reads the state each time that Prometheus asks for it."""

    def collect(self) -> Iterator[Metric]:
        version = {"version": settings.PRODUCT_VERSION}
        yield InfoMetricFamily("g7plan_build", "The version that runs.", version)
        yield from self._answers(
            "database", "Whether the database answers.", _of_database
        )
        yield from self._answers("queue", "Whether the queue answers.", _of_queue)

    def _answers(self, part: str, meaning: str, read: Reading) -> Iterator[Metric]:
        try:
            found = list(read(timezone.now()))
        except (DatabaseError, RedisError) as error:
            logger.warning("not_measured", part=part, reason=type(error).__name__)
            yield _gauge(f"g7plan_{part}_answers", meaning, 0)
        else:
            yield _gauge(f"g7plan_{part}_answers", meaning, 1)
            yield from found


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _gauges(
    name: str, meaning: str, label: str, values: Mapping[str, float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for given, value in sorted(values.items()):
        family.add_metric([given], value)
    return family


def _of_database(at: datetime) -> Iterator[Metric]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
            cursor.execute(CONNECTIONS)
            used, most = cursor.fetchone()
        yield _gauge("g7plan_database_connections", "Connections in use.", used)
        yield _gauge("g7plan_database_connections_most", "All that it allows.", most)
        yield from _of_jobs(at)
        yield from _of_tasks(at)
        checkpoint = next(good_checkpoints(newest_first=True), None)
    if checkpoint is not None:
        yield _gauge(
            "g7plan_checkpoint_age_seconds",
            "Time since the head of the ledger was signed.",
            (at - checkpoint.signed_at).total_seconds(),
        )


def _of_jobs(at: datetime) -> Iterator[Metric]:
    oldest, failed = late_since(at), people_with_failed_jobs(at)
    kinds = [kind for kind in SOURCES if kind not in NOT_MEASURED]
    yield _gauges(
        "g7plan_oldest_late_job_seconds",
        "Since when the oldest late job should have run. 0 if none is late.",
        "kind",
        {
            kind: (at - oldest[kind]).total_seconds() if kind in oldest else 0
            for kind in kinds
        },
    )
    yield _gauges(
        "g7plan_people_with_failed_jobs",
        "People and partners with jobs that failed, or may have failed.",
        "kind",
        {kind: failed.get(kind, 0) for kind in kinds},
    )


def _of_tasks(at: datetime) -> Iterator[Metric]:
    intervals = {
        entry["task"]: entry["schedule"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }
    done = dict(PeriodicRun.objects.values_list("task", "done_at"))
    yield _gauges(
        "g7plan_scheduled_task_interval_seconds",
        "How often a task should run.",
        "task",
        intervals,
    )
    yield _gauges(
        "g7plan_scheduled_task_age_seconds",
        "Time since a task was last done.",
        "task",
        {task: (at - done[task]).total_seconds() for task in intervals if task in done},
    )


def _of_queue(_at: datetime) -> Iterator[Metric]:
    queue = Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_connect_timeout=SECONDS,
        socket_timeout=SECONDS,
    )
    with queue:
        lengths = {name: queue.llen(name) for name in QUEUES}
    yield _gauges(
        "g7plan_queue_messages",
        "Messages that wait for a worker, rounded down to whole tens.",
        "queue",
        {name: length // STEP * STEP for name, length in lengths.items()},
    )
