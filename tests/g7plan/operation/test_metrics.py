"""Tests of what Prometheus reads: true, and nothing that reveals an act."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from accounts.models import NewDeviceMail
from audit.models import PeriodicRun
from g7plan.metrics.instruments import ANSWERS, REGISTRY, SECONDS
from g7plan.metrics.middleware import MeasureMiddleware
from g7plan.monitoring import state
from g7plan.queues import QUEUES
from progress.models import Checkpoint

SWEEP = "reports.tasks.sweep_reports"


@pytest.fixture(autouse=True)
def nothing_counted():
    SECONDS.clear()
    ANSWERS.clear()


def asked(method, path, status=200):
    """Answer a request, measured; `path` resolves as in the product."""
    request = getattr(RequestFactory(), method)(path)
    if path != "/nowhere/":
        request.resolver_match = resolve(path)
    MeasureMiddleware(lambda _request: HttpResponse(status=status))(request)


def counted():
    return {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == "g7plan_answers_total"
    }


def test_an_answer_is_counted_by_the_name_of_its_route():
    asked("get", "/people/me/")
    asked("get", "/people/me/", status=503)
    asked("get", "/nowhere/", status=404)
    assert counted() == {
        ("accounts:me", "2xx"): 1,
        ("accounts:me", "5xx"): 1,
        ("(none)", "4xx"): 1,
    }
    assert b'g7plan_request_seconds_count{route="accounts:me"} 2.0' in generate_latest(
        REGISTRY
    )


def test_all_that_changes_something_has_one_name():
    for path in ("/search/", "/language/", "/people/me/"):
        asked("post", path, status=302)
    assert counted() == {("(change)", "3xx"): 3}


def state_now():
    """What the collector says, by name and label."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(state.StateCollector())
    text = generate_latest(registry).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.django_db
def test_a_healthy_system_says_so(django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        found = state_now()
    assert found["g7plan_database_answers",] == found["g7plan_queue_answers",] == 1
    assert found["g7plan_oldest_late_job_seconds", "report"] == 0
    assert found["g7plan_people_with_failed_jobs", "webhook-delivery"] == 0
    assert found["g7plan_scheduled_task_interval_seconds", SWEEP] == 15
    most = found["g7plan_database_connections_most",]
    assert 1 <= found["g7plan_database_connections",] <= most
    assert {name[1] for name in found if name[0] == "g7plan_queue_messages"} == set(
        QUEUES
    )
    assert ("g7plan_checkpoint_age_seconds",) not in found  # nothing is signed yet
    assert not [name for name in found if "link-check" in name]


@pytest.mark.django_db
def test_late_and_failed_jobs_are_measured_and_others_are_not(officer_jp, head_jp):
    at = timezone.now()

    def mail(user, minutes, mail_state):
        asked_at = at - timedelta(minutes=minutes)
        NewDeviceMail.objects.create(
            user=user,
            signed_in_at=asked_at,
            state=mail_state,
            due_at=asked_at,
            finished_at=at if mail_state == "failed" else None,
        )

    mail(officer_jp, 1, "waiting")
    age = ("g7plan_oldest_late_job_seconds", "new-device-mail")
    assert state_now()[age] == 0  # a minute is no delay
    mail(officer_jp, 30, "waiting")
    mail(head_jp, 10, "waiting")
    for person in (officer_jp, officer_jp, head_jp):
        mail(person, 5, "failed")
    found = state_now()
    assert 1800 <= found[age] < 1860
    assert found["g7plan_people_with_failed_jobs", "new-device-mail"] == 2


@pytest.mark.django_db
def test_the_age_of_the_checkpoint_and_of_each_task_is_measured(monkeypatch):
    at = timezone.now()
    PeriodicRun.objects.create(task=SWEEP, done_at=at - timedelta(minutes=3))
    signed = Checkpoint(signed_at=at - timedelta(hours=30))
    monkeypatch.setattr(state, "good_checkpoints", lambda **_given: iter([signed]))
    found = state_now()
    assert 180 <= found["g7plan_scheduled_task_age_seconds", SWEEP] < 240
    assert 108_000 <= found["g7plan_checkpoint_age_seconds",] < 108_060


@pytest.mark.django_db
@pytest.mark.parametrize(("waiting", "shown"), [(9, 0), (10, 10), (25, 20)])
def test_messages_are_counted_in_tens(settings, waiting, shown):
    with Redis.from_url(settings.CELERY_BROKER_URL) as queue:
        queue.delete("mail")
        queue.rpush("mail", *range(waiting))
        try:
            assert state_now()["g7plan_queue_messages", "mail"] == shown
        finally:
            queue.delete("mail")


def test_a_part_that_is_away_is_0_and_the_other_is_measured(settings, monkeypatch):
    def refuse(*_arguments):
        raise OperationalError("connection to 10.0.0.7 as g7plan_app refused")

    monkeypatch.setattr(transaction, "atomic", refuse)
    found = state_now()
    assert (found["g7plan_database_answers",], found["g7plan_queue_answers",]) == (0, 1)
    settings.CELERY_BROKER_URL = "redis://:secret@127.0.0.1:1/0"
    assert state_now()["g7plan_queue_answers",] == 0


@pytest.mark.django_db
def test_the_command_prints_it_once_and_needs_a_port_to_serve_it(capsys):
    call_command("serve_metrics", "--once")
    assert "g7plan_database_answers 1.0" in capsys.readouterr().out
    with pytest.raises(CommandError, match="METRICS_PORT is not set"):
        call_command("serve_metrics")


@pytest.mark.django_db
def test_its_statements_have_a_time_limit():
    state_now()
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("5s",)
