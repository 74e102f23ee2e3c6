"""Fixtures of the API's tests: a client for each key, and ways to read its answers."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.api_keys import make_key
from accounts.models import ApiKey, Role, Scope
from tests.factories import make_user

API = "/api/v1/"
PROBLEM = "application/problem+json"
GENERATED = {"test_generated_requests.py"}  # all of them are long
_numbers = count(1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the generated requests from the daily run: making them takes long."""
    is_daily = config.option.markexpr == "not long"
    return True if is_daily and collection_path.name in GENERATED else None


def results(client: Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """The rows of one page."""
    answer = client.get(f"{API}{path}", params)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def store_key(
    *scopes: Scope, member: str | None = None, **fields: object
) -> tuple[ApiKey, str]:
    """A key of an officer of a member, or else of an observer, and its text."""
    now = datetime.now(UTC)
    role = Role.OFFICER if member else Role.OBSERVER
    new = make_key()
    values = {
        "user": make_user(role, member=member, is_service=True),
        "created_at": now - timedelta(days=1),
        "expires_at": now + timedelta(days=30),
        **fields,
    }
    key = ApiKey.objects.create(
        name=f"Key {next(_numbers)}",
        prefix=new.prefix,
        digest=new.digest,
        scopes=list(scopes),
        **values,
    )
    return key, new.token


def client_with(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def client_for_key(members) -> Callable[..., Client]:
    """`client_for_key(Scope.READ_GREEN, member="JP")` sends such a key."""

    def client_for(*scopes: Scope, member: str | None = None) -> Client:
        return client_with(store_key(*scopes, member=member)[1])

    return client_for


@pytest.fixture
def any_key(client_for_key):
    """A key with the fewest rights: it may read what every key may."""
    return client_for_key(Scope.MANAGE_WEBHOOKS)


@pytest.fixture
def green_key(client_for_key):
    return client_for_key(Scope.READ_CLEAR, Scope.READ_GREEN)


@pytest.fixture
def own_key_jp(client_for_key):
    return client_for_key(Scope.READ_OWN, member="JP")


@pytest.fixture
def problem_of():
    """`problem_of(answer, 404)` checks the answer's shape and returns its body."""

    def read(answer, status):
        assert answer.status_code == status, answer.content
        assert answer.headers["Content-Type"] == PROBLEM
        body = answer.json()
        assert list(body) == [
            "type", "title", "status", "detail", "instance", "request_id", "errors",
        ]  # fmt: skip
        assert body["status"] == status
        assert body["title"]
        assert body["type"].startswith("http://testserver/api/v1/docs/#problem-")
        assert body["request_id"] == answer.headers["X-Request-ID"]
        for error in body["errors"]:
            assert (
                {"detail", "code"}
                <= set(error)
                <= {
                    "detail",
                    "code",
                    "parameter",
                    "pointer",
                }
            )
        return body

    return read


@pytest.fixture
def refused_parameter(problem_of):
    """`refused_parameter(answer)` returns the name and the code of the refusal."""

    def read(answer):
        body = problem_of(answer, 400)
        assert body["type"].endswith("#problem-invalid-parameter")
        (error,) = body["errors"]
        assert error["parameter"] in body["detail"]
        return error["parameter"], error["code"]

    return read
