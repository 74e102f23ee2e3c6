"""Tests of `/readyz`: it answers quickly, and without details."""

import socket
import threading
import time

import pytest
from django.db import OperationalError
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from audit.models import Demonstration
from g7plan import readiness
from g7plan.trial.embedded.server import wait_until
from tests.databases import as_owner

READYZ = "/readyz"


@pytest.fixture(autouse=True)
def first_asked():
    """Start each test as in a process that has not answered yet."""
    readiness._is_migrated.clear()


@pytest.mark.django_db(transaction=True)
def test_it_answers_without_signing_in_and_is_never_cached(client):
    answer = client.get(READYZ)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_it_is_read_only(client):
    assert client.head(READYZ).status_code == 200
    assert client.post(READYZ).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_not_there_is_named_and_no_more(client, settings):
    settings.CELERY_BROKER_URL = "redis://:secret@127.0.0.1:1/0"
    answer = client.get(READYZ)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "failing": ["broker"]}


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_says_nothing_costs_a_moment(client, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
        began_at = time.monotonic()
        answer = client.get(READYZ)
    assert answer.json()["failing"] == ["broker"]
    assert time.monotonic() - began_at < 3


def test_a_database_that_is_not_there_is_named_and_no_more(client, monkeypatch):
    def refuse(_wrapper):
        raise OperationalError("connection to 10.0.0.7 as g7plan_app refused")

    monkeypatch.setattr(DatabaseWrapper, "cursor", refuse)
    answer = client.get(READYZ)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "failing": ["database"]}


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_database_that_never_answers_costs_a_moment_and_one_thread(
    client, monkeypatch
):
    answers = threading.Event()

    def say_nothing(_wrapper):
        answers.wait()
        raise OperationalError

    monkeypatch.setattr(DatabaseWrapper, "cursor", say_nothing)
    threads = threading.active_count()
    began_at = time.monotonic()
    try:
        for _time in range(3):
            assert client.get(READYZ).json()["failing"] == ["database"]
        assert threading.active_count() == threads + 1
    finally:
        answers.set()
    assert time.monotonic() - began_at < 6


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["django_migrations", "audit_demonstration"])
def test_a_locked_table_costs_a_moment(client, settings, table):
    settings.PRODUCTION = True
    with as_owner() as owner:
        owner.execute(f"LOCK TABLE {table}")
        assert client.get(READYZ).json()["failing"] == ["database"]
    assert wait_until(lambda: "database" not in failing(client), 10)


def failing(client):
    return client.get(READYZ).json().get("failing", [])


@pytest.mark.django_db(transaction=True)
def test_tables_that_are_behind_the_code_are_named_until_they_are_not(client):
    applied = MigrationRecorder.Migration.objects
    last = applied.filter(app="progress").latest("pk")
    name = last.name
    last.delete()
    assert client.get(READYZ).json()["failing"] == ["migrations"]
    applied.create(app="progress", name=name)
    assert client.get(READYZ).status_code == 200


@pytest.mark.django_db
def test_the_migrations_are_read_once(django_assert_num_queries):
    assert readiness.failing_of_database() == []
    with django_assert_num_queries(1):
        assert readiness.failing_of_database() == []


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(("production", "status"), [(True, 503), (False, 200)])
def test_illustrative_data_is_refused_in_production_alone(
    client, settings, now, time_rules, production, status
):
    settings.PRODUCTION = production
    Demonstration.objects.using("owner").create(marked_at=now)
    answer = client.get(READYZ)
    assert answer.status_code == status
    assert answer.json().get("failing", []) == ["demonstration"] * production
