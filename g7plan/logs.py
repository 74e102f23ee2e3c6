"""The format of log lines: JSON in production, text for a person in a trial."""

import logging
import re
import sys
from ipaddress import IPv4Network, IPv6Network, ip_network
from traceback import format_tb, walk_tb
from typing import Any, TextIO

import psycopg
import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseProblem
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as QueueConnectionError
from redis.exceptions import TimeoutError as QueueTimeoutError

from audit.outages import is_outage

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def traceback_of(error: BaseException) -> str:
    """Return where an error was, and the errors that led to it.

    It has no values of variables, which may be passwords or drafts. An error of the
    database is named by its code and constraint: its message may quote the whole row.
    """
    before = error.__cause__ or (
        None if error.__suppress_context__ else error.__context__
    )
    led_to = [traceback_of(before), "\nThis led to:\n\n"] if before else []
    said = _said_by(error) if isinstance(error, _OF_DATABASE) else str(error)
    return "".join(
        [
            *led_to,
            "Traceback (most recent call last):\n",
            *format_tb(error.__traceback__),
            f"{type(error).__qualname__}: {said}",
        ]
    )


_OF_DATABASE = (DatabaseProblem, psycopg.Error)


def _said_by(error: BaseException) -> str:
    """Return PostgreSQL's code of an error, and the constraint that was broken.

    What its client found out by itself has no code, and quotes no row.
    """
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    if not isinstance(cause, psycopg.Error) or cause.sqlstate is None:
        return _first_line(str(error))
    return f"SQLSTATE {cause.sqlstate} {cause.diag.constraint_name or ''}".rstrip()


def _write_traceback(stream: TextIO, given: Any) -> None:
    stream.write(traceback_of(given[1]) + "\n")


_FOR_MACHINES: list[Any] = [
    structlog.processors.ExceptionRenderer(lambda given: traceback_of(given[1])),
    structlog.processors.JSONRenderer(),
]
_FOR_PEOPLE: list[Any] = [
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_write_traceback)
]


# A query may hold search words.
_QUERY = re.compile(r"\?[^\s'\"]*")
# Who knows the address of a private feed can read it.
_FEED_TOKEN = re.compile(r"(?<=/feeds/)[^\s/'\"]+(?=/[\w-]+\.)")


def without_tokens(path: str) -> str:
    """Return a text without the secret part of private addresses in it."""
    return _FEED_TOKEN.sub("...", path)


def networks_of(addresses: list[str]) -> list[IPv4Network | IPv6Network]:
    """Return the proxies whose request ids are used in the log."""
    try:
        return [ip_network(address) for address in addresses]
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error


def without_queries(line: logging.LogRecord) -> bool:
    """Remove queries and secrets of every address in the line, and let it pass."""
    if isinstance(line.msg, str):
        said = without_tokens(line.getMessage())
        line.msg, line.args = _QUERY.sub("?...", said), None
    elif isinstance(line.msg, dict):
        line.msg = {
            name: without_tokens(value) if isinstance(value, str) else value
            for name, value in line.msg.items()
        }
    return True


# What the queue's clients raise while it is away.
_QUEUE_AWAY = (BrokerError, QueueConnectionError, QueueTimeoutError, ConnectionError)
_QUEUE_CLIENTS = {"celery", "kombu", "redis"}


def without_traceback(line: logging.LogRecord) -> bool:
    """Remove the traceback of an error that is not ours, and let the line pass.

    Those are a request that was refused, and a database or queue that is away. Celery
    also quotes its stack in the text: the first line says what failed.
    """
    error = _error_of(line)
    if getattr(line, "status_code", 500) != 500:
        line.exc_info = None
    elif _is_service_away(error):
        line.exc_info = None
        if isinstance(line.msg, dict):
            line.msg = {**line.msg, "exc_info": None, "error": _first_line(str(error))}
        else:
            line.msg, line.args = _first_line(line.getMessage()), None
    elif isinstance(error, _OF_DATABASE) and isinstance(line.msg, str):
        # Celery quotes the error in the text.
        text = line.getMessage().replace(repr(error), type(error).__name__)
        line.msg, line.args = _first_line(text.replace(str(error), "")), None
    return True


def _error_of(line: logging.LogRecord) -> BaseException | None:
    given: Any = line.msg.get("exc_info") if isinstance(line.msg, dict) else None
    given = given or line.exc_info
    if isinstance(given, BaseException):
        return given
    found = given if isinstance(given, tuple) else sys.exc_info()
    return found[1] if given else None


def _is_service_away(error: BaseException | None) -> bool:
    """Whether a service is away, or its client failed while it was finding that out.

    Celery's beat wraps what the client raised. Kombu raises an AttributeError where two
    of its channels lose the same connection.
    """
    while error is not None:
        if is_outage(error) or isinstance(error, _QUEUE_AWAY):
            return True
        error = error.__context__ if _is_of_client(error) else None
    return False


def _is_of_client(error: BaseException) -> bool:
    modules = [type(error).__module__]
    modules += [
        frame.f_globals["__name__"] for frame, _line in walk_tb(error.__traceback__)
    ][-1:]
    return any(module.split(".")[0] in _QUEUE_CLIENTS for module in modules)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


# What turns an event into a line of Python's logging, before a handler formats it.
_TO_LINE: list[Any] = [
    *_SHARED,
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]


def event_logger(logger: logging.Logger) -> Any:
    """Return a logger of events that writes where this one writes."""
    return structlog.wrap_logger(logger, processors=_TO_LINE)


def configure_structlog() -> None:
    structlog.configure(
        processors=_TO_LINE,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def formatter_of(*, is_production: bool) -> logging.Formatter:
    """Return what writes each line as JSON in production, and as text in a trial."""
    rendering = _FOR_MACHINES if is_production else _FOR_PEOPLE
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *rendering,
        ],
        foreign_pre_chain=_SHARED,
    )


def logging_of(*, level: str, is_production: bool) -> dict[str, Any]:
    """Return the setting that Django gives to `logging.config.dictConfig`."""
    event = {"()": lambda: formatter_of(is_production=is_production)}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"event": event},
        "filters": {
            "without_queries": {"()": lambda: without_queries},
            "without_traceback": {"()": lambda: without_traceback},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "event",
                "filters": ["without_queries", "without_traceback"],
            }
        },
        "loggers": {
            # Otherwise every sweep would log two lines. Tasks log what they did.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
