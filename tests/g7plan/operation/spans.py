"""The spans that are made while a test runs, kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from g7plan.traces import tracing
from g7plan.traces.sql import span_of_statement, trace_statements


class Spans:
    """What a collector would have got."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def __iter__(self) -> Iterator[ReadableSpan]:
        return iter(self._exporter.get_finished_spans())

    def text(self) -> str:
        """Everything that they say."""
        return "\n".join(span.to_json() for span in self)


@contextmanager
def spans_in_memory(monkeypatch) -> Iterator[Spans]:
    """Keep all spans, with those of the statements of this connection."""
    exporter = InMemorySpanExporter()
    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "provider", lambda: made)
    trace_statements(connection=connection)
    try:
        yield Spans(exporter)
    finally:
        connection.execute_wrappers.remove(span_of_statement)
