"""Errors of a service that refuses all work for now, through no fault of a request."""

from collections.abc import Iterator
from contextvars import ContextVar
from traceback import walk_tb

from django.db import Error, InterfaceError, OperationalError

from audit.object_storage import FilesAwayError

# SQLSTATE: idle_in_transaction_session_timeout. Django does not call it operational.
_IDLE_TOO_LONG = "25P03"
# The first three characters: the server was stopped, or the connection was lost.
_LOST = frozenset({"57P", "080"})

# How long a client should wait before it asks again.
RETRY_AFTER_SECONDS = 10


def is_outage(error: BaseException | None) -> bool:
    """Return whether the database or the storage of files was away, or too busy.

    That is a lost or refused connection, a full pool, and each time limit of the
    settings. The same request can succeed later.
    """
    if isinstance(error, OperationalError | InterfaceError | FilesAwayError):
        return True
    return isinstance(error, Error) and sqlstate_of(error) == _IDLE_TOO_LONG


def sqlstate_of(error: BaseException | None) -> str:
    """Return PostgreSQL's code of the error, or an empty text for a lost connection."""
    return getattr(getattr(error, "__cause__", None), "sqlstate", None) or ""


# Whether the current request has already committed a change.
_has_saved = ContextVar("has_saved", default=False)


def forget_saved() -> None:
    """Begin a request: it has saved nothing yet."""
    _has_saved.set(False)


def note_saved() -> None:
    _has_saved.set(True)


def may_be_saved(error: BaseException | None) -> bool:
    """Return whether something of a failed request is saved, or may be.

    A request can do several acts, and fail at a later one. If the connection is lost
    during a commit, PostgreSQL may have committed or not. What was tried after that
    fails too, and hides the first error.
    """
    return _has_saved.get() or any(map(_ended_a_commit, _errors_before(error)))


def _errors_before(error: BaseException | None) -> Iterator[Error]:
    """Yield the error, and those during which it came, if Django names them."""
    while error is not None:
        if isinstance(error, Error):
            yield error
        error = error.__context__


def _ended_a_commit(error: Error) -> bool:
    """Return whether the database may have committed when the error came."""
    names = {frame.f_code.co_name for frame, _line in walk_tb(error.__traceback__)}
    # What the database itself refused is not saved. Rows can go with their commit.
    is_lost = sqlstate_of(error)[:3] in {"", *_LOST}
    return is_lost and bool(names & {"_commit", "sent_together"})
