"""Tries what does the work: the queue, workers, beat, and the signing process."""

from collections.abc import Iterator
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis import Redis, RedisError

from g7plan.doctor.findings import (
    SECONDS,
    Diagnosis,
    Try,
    doubtful,
    good,
    reason_of,
    where,
    wrong,
)
from g7plan.jobs import count_undecided
from g7plan.periodic_tasks import have_stopped, periodic_tasks
from g7plan.queues import QUEUES
from progress.ledger.checkpoints import good_checkpoints

# A checkpoint is signed each day; a signer that was away for a night is no fault.
OLDEST_CHECKPOINT = timedelta(hours=36)
ANSWER = 2.0  # seconds that workers have to answer


def try_queue() -> Iterator[Diagnosis]:
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        ) as queue:
            facts = queue.info()
    except RedisError as error:
        yield wrong(
            f"REDIS_URL: the queue does not answer: {reason_of(error)}.",
            "Start it, and check the host, the port and the password in REDIS_URL.",
        )
        return
    version = facts.get("valkey_version") or facts.get("redis_version", "?")
    yield good(f"REDIS_URL: {where(settings.REDIS_URL)} answers, version {version}.")
    if facts.get("maxmemory_policy", "noeviction") != "noeviction":
        yield wrong(
            f"The queue forgets messages: its policy is {facts['maxmemory_policy']}.",
            "Set maxmemory-policy to noeviction.",
        )


def try_workers() -> Iterator[Diagnosis]:
    """Ask every worker which queues it takes."""
    try:
        answers = current_app.control.inspect(timeout=ANSWER).active_queues() or {}
    except (BrokerError, RedisError, OSError) as error:
        yield wrong(
            f"Workers cannot be asked: {reason_of(error)}.", "Repair the queue first."
        )
        return
    taken = {queue["name"] for queues in answers.values() for queue in queues}
    for name in QUEUES:
        if name in taken:
            yield good(f"A worker takes the queue “{name}”.")
        else:
            yield wrong(
                f"No worker takes the queue “{name}”: its work waits.",
                f"Start a worker with `--queues {name}`.",
            )


def try_beat() -> Iterator[Diagnosis]:
    try:
        tasks = list(periodic_tasks(timezone.now()))
        undecided = count_undecided(timezone.now())
    except DatabaseError as error:
        yield wrong(
            f"Scheduled tasks cannot be read: {reason_of(error)}.",
            "Repair the database first.",
        )
        return
    if have_stopped(tasks):
        yield wrong(
            "No scheduled task runs.", "Start beat, and a worker for each queue."
        )
    else:
        yield good("Beat sends the scheduled tasks.")
    for task in tasks:
        if task.is_overdue:
            yield doubtful(
                f"“{task.purpose}” is overdue: last done {task.done_at:%H:%M} UTC.",
                "Look for the reason in the log of the worker.",
            )
    if undecided:
        yield doubtful(
            f"{undecided} jobs have failed, or may have.",
            "Sign in as an administrator, and open Jobs.",
        )


def try_signing() -> Iterator[Diagnosis]:
    try:
        last = next(good_checkpoints(newest_first=True), None)
    except DatabaseError as error:
        yield wrong(
            f"Checkpoints cannot be read: {reason_of(error)}.",
            "Repair the database first.",
        )
        return
    if last is None:
        yield doubtful(
            "Nothing is signed yet that LEDGER_PUBLIC_KEY verifies.",
            "Start the signer, and wait ten minutes.",
        )
    elif timezone.now() - last.signed_at > OLDEST_CHECKPOINT:
        yield wrong(
            f"The head of the ledger was last signed on {last.day}.",
            "Read the log of the signer: it refuses if a record is wrong.",
        )
    else:
        yield good(f"The head of the ledger was signed on {last.day}.")


TRIED: dict[str, Try] = {
    "Queue": try_queue,
    "Workers": try_workers,
    "Scheduled tasks": try_beat,
    "Signing": try_signing,
}
