"""Run an act again if the database rolled it back to let another one continue."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial, wraps
from random import SystemRandom
from typing import ParamSpec, TypeVar

import structlog
from django.db import OperationalError, connection, transaction

from audit.statements import sent_together

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

# SQLSTATE: serialization_failure, deadlock_detected. Everything was rolled back.
_ROLLED_BACK = frozenset({"40001", "40P01"})
MOST_TRIES = 6
# Seconds, doubled each time, and random: two acts that met must not meet again.
_PAUSE = 0.02
_random = SystemRandom()
# What the first act of a request writes in its own transaction: see `writing_first`.
_claim: ContextVar[Callable[[], None] | None] = ContextVar("claim", default=None)

# What is left when the act's transaction has ended: see `send_with_commit`.
_ending: ContextVar[ExitStack | None] = ContextVar("ending", default=None)


def retried(act: Callable[P, T]) -> Callable[P, T]:
    """Run an act in a transaction, and again from the start if it is rolled back.

    Inside another transaction it runs once. The outer transaction is rolled back too,
    and only the outermost one can start again. Such an act only writes rows.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        tries_left = 1 if connection.in_atomic_block else MOST_TRIES
        while True:
            tries_left -= 1
            try:
                return _run_once(partial(act, *args, **kwargs))
            except OperationalError as error:
                if not tries_left or not was_rolled_back(error):
                    raise
                log.warning(
                    "transaction_rolled_back", act=act.__name__, left=tries_left
                )
            _pause(MOST_TRIES - tries_left)

    return run


@contextmanager
def writing_first(claim: Callable[[], None]) -> Iterator[None]:
    """Let the first act in this block that is not rolled back write this as well."""
    token = _claim.set(claim)
    try:
        yield
    finally:
        _claim.reset(token)


def send_with_commit() -> None:
    """Send what the act does from now on together, with the commit.

    So its locks do not wait for this process once it has written. From here on it uses
    `audit.statements`. It changes nothing outside an act that is `retried`.
    """
    if (ending := _ending.get()) is not None:
        ending.enter_context(sent_together())


def _run_once(act: Callable[[], T]) -> T:
    claim = _claim.get()
    _claim.set(None)
    # A savepoint is no commit: what fails must fail before it is released.
    is_nested = connection.in_atomic_block
    try:
        with ExitStack() as outside, transaction.atomic(), ExitStack() as inside:
            if claim is not None:
                claim()
            token = _ending.set(inside if is_nested else outside)
            try:
                return act()
            finally:
                _ending.reset(token)
    except BaseException:
        _claim.set(claim)
        raise


def was_rolled_back(error: OperationalError) -> bool:
    """Return whether the database rolled back so that another could continue."""
    return getattr(error.__cause__, "sqlstate", None) in _ROLLED_BACK


def _pause(tries: int) -> None:
    time.sleep(_random.uniform(0, _PAUSE * 2**tries))
