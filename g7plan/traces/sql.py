"""A span for each SQL statement of a request or a task, without any value.

A statement has placeholders for its parameters, which are never read here. A value
in the text of a statement is replaced.
"""

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from g7plan.traces import tracing

LONGEST = 2000  # characters of a statement
# Text in quotes or between dollars, and numbers that are no part of a name.
_VALUES = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$|\b\d+(?:\.\d+)?\b", re.DOTALL)


def begin() -> None:
    """Trace every connection that is opened from now on."""
    connection_created.connect(trace_statements)


def trace_statements(connection: BaseDatabaseWrapper, **_given: object) -> None:
    if span_of_statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(span_of_statement)


def span_of_statement(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
) -> Any:
    """Run the statement, in a span if it belongs to a trace."""
    if not trace.get_current_span().is_recording():
        return execute(sql, params, many, context)
    text = without_values(sql) if isinstance(sql, str) else ""
    operation = text.lstrip(" (\n").partition(" ")[0].upper() or "SQL"
    with tracing.tracer().start_as_current_span(
        operation,
        kind=SpanKind.CLIENT,
        attributes={"db.system.name": "postgresql", "db.query.text": text},
        record_exception=False,  # its message may quote a row
        set_status_on_exception=False,
    ):
        return execute(sql, params, many, context)


def without_values(sql: str) -> str:
    return _VALUES.sub("?", sql)[:LONGEST]
