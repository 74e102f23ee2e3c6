"""Errors of a service that refuses all work for now, through no fault of a request."""

from contextvars import ContextVar
from traceback import walk_tb
from types import TracebackType

from django.db import Error, InterfaceError, OperationalError

from audit.object_storage import FilesAwayError

# SQLSTATE: idle_in_transaction_session_timeout. Django does not call it operational.
_IDLE_TOO_LONG = "25P03"

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
    during a commit, PostgreSQL may have committed or not.
    """
    trace: TracebackType | None = getattr(error, "__traceback__", None)
    return _has_saved.get() or any(
        frame.f_code.co_name == "_commit" for frame, _line in walk_tb(trace)
    )
