"""Acts that run again where the database undid them to let another go on."""

import time
from collections.abc import Callable
from functools import wraps
from random import SystemRandom
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

# SQLSTATE: serialization_failure, deadlock_detected. Nothing is left of what was done.
_UNDONE = frozenset({"40001", "40P01"})
MOST_TRIES = 6
# Seconds; doubled each time. Two that met by chance must not meet again in step.
_PAUSE = 0.02
_random = SystemRandom()


def retried(act: Callable[P, T]) -> Callable[P, T]:
    """`transaction.atomic`, run again from the start when the database undid it.

    Inside another transaction it runs once: what undid it undid that one as well, and
    only the outermost can start anew. An act so marked does nothing but write rows.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        tries_left = 1 if connection.in_atomic_block else MOST_TRIES
        while True:
            tries_left -= 1
            try:
                with transaction.atomic():
                    return act(*args, **kwargs)
            except OperationalError as error:
                if not tries_left or not is_undone(error):
                    raise
                log.warning("transaction_undone", act=act.__name__, left=tries_left)
            _pause(MOST_TRIES - tries_left)

    return run


def is_undone(error: OperationalError) -> bool:
    """Did the database itself undo the transaction, so that another could go on?"""
    return getattr(error.__cause__, "sqlstate", None) in _UNDONE


def _pause(tries: int) -> None:
    time.sleep(_random.uniform(0, _PAUSE * 2**tries))
