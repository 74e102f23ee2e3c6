"""Tests of traces: they show what took long, and no value that anyone wrote."""

from types import SimpleNamespace
from typing import Any

import pytest
from celery import states
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from opentelemetry import trace
from opentelemetry.trace import StatusCode
from structlog.contextvars import clear_contextvars, get_contextvars

from accounts.models import User
from g7plan.traces import tracing
from g7plan.traces.middleware import TraceMiddleware
from g7plan.traces.sql import span_of_statement, trace_statements, without_values
from g7plan.traces.task_spans import begin_span, end_span, send_trace
from tests.g7plan.operation.spans import spans_in_memory


@pytest.fixture
def spans(monkeypatch):
    with spans_in_memory(monkeypatch) as spans:
        yield spans
    clear_contextvars()
    connection_created.disconnect(trace_statements)


def answered(answer, path="/people/me/", method="get", **headers):
    request = getattr(RequestFactory(), method)(path, headers=headers)
    request.resolver_match = resolve(path)
    TraceMiddleware(answer)(request)


@pytest.mark.django_db
def test_a_request_is_a_span_with_its_route_and_its_statements(spans):
    def answer(_request):
        User.objects.filter(email="goshawk@example.org").exists()
        assert get_contextvars()["trace_id"]
        return HttpResponse(headers={"X-Request-ID": "r1"})

    answered(answer, traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    *statements, request = spans
    [statement] = [span for span in statements if "accounts_user" in span.to_json()]
    assert request.name == "GET accounts:me"
    assert request.attributes == {
        "http.request.method": "GET",
        "http.route": "accounts:me",
        "http.response.status_code": 200,
        "g7plan.request_id": "r1",
    }
    assert statement.name == "SELECT"
    assert statement.parent.span_id == request.context.span_id
    assert statement.attributes["db.query.text"].startswith("SELECT")
    assert "goshawk" not in spans.text()
    assert "a" * 32 not in spans.text()  # a stranger joins no trace


def test_an_error_is_marked_and_not_quoted(spans):
    def fail(_request):
        raise RuntimeError("goshawk")

    answered(lambda _request: HttpResponse(status=503))
    assert next(iter(spans)).status.status_code == StatusCode.ERROR
    with pytest.raises(RuntimeError):
        answered(fail, path="/search/", method="trace")
    assert "goshawk" not in spans.text()
    assert [span.name for span in spans][1:] == ["_OTHER"]


def test_checks_of_the_health_are_not_traced(spans):
    answered(lambda _request: HttpResponse(), path="/healthz")
    answered(lambda _request: HttpResponse(), path="/readyz")
    assert not list(spans)


@pytest.mark.django_db
def test_statements_outside_of_a_trace_make_no_span(spans):
    User.objects.exists()
    assert not list(spans)


@pytest.mark.django_db
def test_a_statement_that_is_no_text_and_one_that_fails_say_nothing(spans):
    def refuse(*_arguments):
        raise ValueError("goshawk")

    with tracing.tracer().start_as_current_span("all"):
        span_of_statement(lambda *_given: None, b"SELECT 'goshawk'", None, False, {})
        with pytest.raises(ValueError, match="goshawk"):
            span_of_statement(refuse, "(SELECT 1)", None, False, {})
    assert [span.name for span in spans] == ["SQL", "SELECT", "all"]
    assert "goshawk" not in spans.text()


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT a1 FROM t WHERE b = %s", "SELECT a1 FROM t WHERE b = %s"),
        ("SELECT 'it''s' || b2, 3.5, 17", "SELECT ? || b2, ?, ?"),
        ("DO $$ goshawk $$", "DO ?"),
        ("DO $x$ a $ b $x$ END", "DO ? END"),
    ],
)
def test_values_in_a_statement_are_replaced(sql, shown):
    assert without_values(sql) == shown


def test_a_connection_is_traced_once():
    opened: Any = SimpleNamespace(execute_wrappers=[])
    trace_statements(connection=opened)
    trace_statements(connection=opened)
    assert opened.execute_wrappers == [span_of_statement]


def task_of(headers, *, is_eager=False):
    request = SimpleNamespace(is_eager=is_eager, **headers)
    return SimpleNamespace(name="partners.tasks.send_webhook", request=request)


def test_a_task_belongs_to_the_trace_of_the_request_that_sent_it(spans):
    headers: dict[str, str] = {}
    with tracing.tracer().start_as_current_span("request") as request:
        send_trace(headers=headers)
        trace_id = tracing.trace_id_of(request)
    begin_span(sender=task_of(headers), task_id="t")
    assert get_contextvars()["trace_id"] == trace_id
    assert trace.get_current_span().is_recording()
    end_span(task_id="t", state=states.FAILURE)
    assert not trace.get_current_span().is_recording()
    _request, task = spans
    assert task.name == "task partners.tasks.send_webhook"
    assert tracing.trace_id_of(trace.NonRecordingSpan(task.context)) == trace_id
    assert task.status.status_code == StatusCode.ERROR


def test_a_task_of_beat_begins_a_trace_and_one_in_a_request_has_none(spans):
    begin_span(sender=task_of({}), task_id="t")
    end_span(task_id="t", state=states.SUCCESS)
    begin_span(sender=task_of({}, is_eager=True), task_id="u")
    end_span(task_id="u")
    [task] = spans
    assert task.parent is None


def test_the_provider_sends_under_the_name_of_its_process(monkeypatch):
    monkeypatch.setenv("PROCESS", "worker")
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    made = tracing.provider.__wrapped__()
    assert made.resource.attributes["service.name"] == "g7plan-worker"
    made.shutdown()
