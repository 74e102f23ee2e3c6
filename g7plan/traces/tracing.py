"""The tracer of this process, which sends its spans in the background."""

import os
from functools import cache

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

PROPAGATOR = TraceContextTextMapPropagator()


@cache
def provider() -> TracerProvider:
    """Return what makes the spans. It sends what is left when the process ends.

    `OTEL_SERVICE_NAME` and the other variables of OpenTelemetry are read by its own
    package.
    """
    process = os.environ.get("PROCESS", "command")
    name = os.environ.get("OTEL_SERVICE_NAME") or f"g7plan-{process}"
    made = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return made


def tracer() -> trace.Tracer:
    return provider().get_tracer("g7plan")


def trace_id_of(span: trace.Span) -> str:
    """Return the id as other systems show it, for the lines of the log."""
    return trace.format_trace_id(span.get_span_context().trace_id)
