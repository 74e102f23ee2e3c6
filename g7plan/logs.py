"""The format of log lines: JSON in production, text for a person in a trial."""

from typing import Any

import structlog

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
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "event"}
        },
        "loggers": {
            # Otherwise every sweep would log two lines. Tasks log what they did.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
