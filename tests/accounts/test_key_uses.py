"""Tests of what is kept of a key's requests: off their path, once, and for a while."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from redis import Redis
from redis.exceptions import ConnectionError as QueueAway

from accounts.actions import key_uses
from accounts.actions.key_uses import (
    KEPT,
    STREAM,
    KeyUse,
    delete_old_uses,
    note_use,
    store_uses,
)
from accounts.models import ApiKey, ApiKeyUse, Scope
from tests.api.conftest import client_with, store_key


@pytest.fixture(autouse=True)
def server(settings):
    """The server of the queue, with an empty stream and no outage noted."""
    server = Redis.from_url(settings.REDIS_URL)
    server.delete(STREAM)
    key_uses._Outage.until = 0.0
    yield server
    server.delete(STREAM)
    key_uses._Outage.until = 0.0
    server.close()


@pytest.fixture
def key(members):
    return store_key(Scope.READ_GREEN)[0]


def use_of(of, at, **fields):
    return replace(
        KeyUse(of.pk, at, "GET", "api:plan-list", 200, "192.0.2.0/24"), **fields
    )


def test_a_request_with_a_key_is_kept_without_its_words_and_machine(members, server):
    key, token = store_key(Scope.READ_GREEN)
    client = client_with(token)
    client.get("/api/v1/entries/?search=secret", REMOTE_ADDR="192.0.2.77")
    client.post("/api/v1/entries/", REMOTE_ADDR="2001:db8:1:2::3")
    assert "secret" not in str(server.xrange(STREAM))
    assert store_uses() == 2
    first, second = ApiKeyUse.objects.order_by("at")
    assert (first.key, first.method, first.route) == (key, "GET", "api:entry-list")
    assert (first.status, first.network) == (200, "192.0.2.0/24")
    assert (second.method, second.network) == ("POST", "2001:db8:1::/48")
    assert second.status >= 400
    assert ApiKey.objects.with_last_use().get().last_used_at == second.at


def test_a_request_writes_nothing_itself(members, django_assert_num_queries):
    _key, token = store_key(Scope.READ_GREEN)
    client = client_with(token)
    with connection.execute_wrapper(only_reads):
        assert client.get("/api/v1/plans/").status_code == 200
    assert ApiKeyUse.objects.count() == 0


def only_reads(execute, sql, *given):
    assert "accounts_apikeyuse" not in sql
    return execute(sql, *given)


def test_requests_without_a_usable_key_are_not_kept(
    members, server, observer, signed_in
):
    _key, token = store_key(Scope.READ_GREEN, networks=["192.0.2.0/24"])
    client_with(token).get("/api/v1/plans/")
    client_with(token[:-1] + "_").get("/api/v1/plans/")
    Client().get("/api/v1/plans/")
    signed_in(observer).get("/api/v1/plans/")
    assert server.xlen(STREAM) == 0


def test_a_worker_that_dies_in_between_writes_nothing_twice(key, now, server):
    """It wrote the batch and did not take it from the stream."""
    for second in range(3):
        note_use(use_of(key, now + timedelta(seconds=second)))
    before = server.dump(STREAM)
    assert store_uses() == 3
    server.restore(STREAM, 0, before, replace=True)
    assert store_uses() == 3
    assert ApiKeyUse.objects.count() == 3
    assert server.xlen(STREAM) == 0
    assert store_uses() == 0


def test_a_batch_is_written_by_few_statements(key, now, django_assert_max_num_queries):
    for second in range(50):
        note_use(use_of(key, now + timedelta(seconds=second)))
    with django_assert_max_num_queries(4):
        assert store_uses() == 50


def test_the_use_of_a_key_that_is_unknown_holds_up_no_other(key, now, server):
    note_use(use_of(key, now, key=uuid4()))
    note_use(use_of(key, now))
    assert store_uses() == 2
    assert ApiKeyUse.objects.get().key == key


def test_while_no_worker_runs_the_stream_stays_small(key, now, server, monkeypatch):
    monkeypatch.setattr(key_uses, "MOST_WAITING", 100)
    for _number in range(600):
        note_use(use_of(key, now))
    assert server.xlen(STREAM) < 300  # the server drops them in blocks of 100


def test_a_request_is_answered_while_the_server_is_away(members, monkeypatch):
    """Only the first of many requests waits for it, and none fails."""
    asked = []

    class Away:
        def xadd(self, *given, **options):
            asked.append((given, options))
            raise QueueAway

    monkeypatch.setattr(key_uses, "_server", lambda **_options: Away())
    _key, token = store_key(Scope.READ_GREEN)
    client = client_with(token)
    for _number in range(3):
        assert client.get("/api/v1/plans/").status_code == 200
    assert len(asked) == 1


def test_uses_are_deleted_after_90_days(key, now):
    for days in (1, 89, 91, 400):
        ApiKeyUse.objects.create(
            id=uuid4(), key=key, at=now - timedelta(days=days), status=200
        )
    delete_old_uses(at=now)
    assert ApiKeyUse.objects.count() == 2
    assert timedelta(days=90) == KEPT
