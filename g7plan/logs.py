"""The format of log lines: JSON in production, text for a person in a trial."""

import logging
import re
import sys
from ipaddress import IPv4Network, IPv6Network, ip_network
from traceback import walk_tb
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import ConnectionError as QueueConnectionError
from redis.exceptions import TimeoutError as QueueTimeoutError

from audit.outages import is_outage

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
# Tracebacks without the values of variables, which may be passwords or drafts.
_FOR_MACHINES: list[Any] = [
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(),
]
_FOR_PEOPLE: list[Any] = [
    structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
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


def configure_structlog() -> None:
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logging_of(*, level: str, is_production: bool) -> dict[str, Any]:
    """Return the setting that Django gives to `logging.config.dictConfig`."""
    rendering = _FOR_MACHINES if is_production else _FOR_PEOPLE
    event = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *rendering,
        ],
        "foreign_pre_chain": _SHARED,
    }
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
