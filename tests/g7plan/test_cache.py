"""Tests of the cache while its server is unavailable."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from g7plan import cache
from tests.factories import PASSWORD


@pytest.fixture
def server_away(settings) -> Iterator[None]:
    """No server listens at the cache's address."""
    yield from move_to(settings, 1)


@pytest.fixture
def silent_server(settings) -> Iterator[None]:
    """A server listens at the cache's address, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield from move_to(settings, server.getsockname()[1])


def move_to(settings, port):
    before = settings.CACHES
    settings.CACHES = {
        "default": {**before["default"], "LOCATION": f"redis://127.0.0.1:{port}/0"}
    }
    yield
    LocMemCache("while-the-server-is-away", {}).clear()
    cache._Client.away_until = 0.0
    settings.CACHES = before


def sign_in(client, person, password=PASSWORD):
    return client.post(
        "/accounts/login/", {"login": person.email, "password": password}
    )


@pytest.mark.usefixtures("server_away")
def test_people_still_sign_in(client, officer_jp):
    assert sign_in(client, officer_jp).status_code == 302


@pytest.mark.usefixtures("server_away")
def test_guessing_is_still_stopped(client, officer_jp):
    for _attempt in range(5):
        sign_in(client, officer_jp, "wrong")
    assert "Too many attempts" in sign_in(client, officer_jp).text


@pytest.mark.usefixtures("silent_server")
def test_a_silent_server_costs_half_a_second_once(client, officer_jp):
    start = time.monotonic()
    assert sign_in(client, officer_jp).status_code == 302
    assert time.monotonic() - start < 3


@pytest.mark.usefixtures("server_away")
def test_what_is_kept_meanwhile_is_found_again():
    store = caches["default"]
    store.set("a", 1, 60)
    assert store.add("a", 2) is False
    assert store.get("a") == 1
    assert store.get_many(["a", "b"]) == {"a": 1}
    store.delete("a")
    assert store.get("a", "gone") == "gone"


def test_the_server_is_asked_again_after_a_while(monkeypatch):
    store = caches["default"]
    store.set("a", "on the server", 60)
    monkeypatch.setattr(cache._Client, "away_until", time.monotonic() + 60)
    assert store.get("a") is None
    monkeypatch.setattr(cache._Client, "away_until", time.monotonic() - 1)
    assert store.get("a") == "on the server"


def test_what_is_cached_is_plain_data():
    store = caches["default"]
    store.set("history", [1.5, 2.5], 5)
    store.set("count", 1, 5)
    assert store.incr("count") == 2
    assert store.get("history") == [1.5, 2.5]
    assert store.add("lock", True, 5)
    with pytest.raises(TypeError):
        store.set("anything", object(), 5)
