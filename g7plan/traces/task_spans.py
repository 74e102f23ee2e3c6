"""A span for each task, in the trace of the request that sent it.

Celery's entry point loads this where an endpoint for traces is set.
"""

from contextvars import Token
from typing import Any

from celery import signals, states
from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode
from structlog.contextvars import bind_contextvars

from g7plan.traces import sql, tracing

sql.begin()
# The span of each task that runs in this process, and what ends its context.
_running: dict[str, tuple[trace.Span, Token[Context]]] = {}


@signals.before_task_publish.connect
def send_trace(headers: dict[str, Any], **_given: object) -> None:
    tracing.PROPAGATOR.inject(headers)


@signals.task_prerun.connect
def begin_span(sender: Any, task_id: str, **_given: object) -> None:
    if sender.request.is_eager:
        return
    came_from = {"traceparent": getattr(sender.request, "traceparent", None) or ""}
    span = tracing.tracer().start_span(
        f"task {sender.name}",
        context=tracing.PROPAGATOR.extract(came_from),
        kind=SpanKind.CONSUMER,
        attributes={"messaging.system": "celery", "g7plan.task_id": task_id},
    )
    _running[task_id] = (span, context.attach(trace.set_span_in_context(span)))
    bind_contextvars(trace_id=tracing.trace_id_of(span))


@signals.task_postrun.connect
def end_span(task_id: str, state: str | None = None, **_given: object) -> None:
    if task_id not in _running:
        return
    span, token = _running.pop(task_id)
    if state == states.FAILURE:
        span.set_status(Status(StatusCode.ERROR))
    span.end()
    context.detach(token)


@signals.worker_process_shutdown.connect
def send_the_rest(**_given: object) -> None:
    """Send the last spans: Celery ends its processes without their own endings."""
    tracing.provider().shutdown()
