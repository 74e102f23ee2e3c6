"""What the tests of writing share: keys that write, and ways to send."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Scope, User
from progress.models import Entry
from tests.api.conftest import API, client_with, store_key
from tests.factories import make_entry, member_commitment_of

URL = f"{API}entries/"
BODY = {
    "plan": "test-plan",
    "commitment": "1.2.2",
    "member": "JP",
    "as_of": "2017-03-01",
    "status": "limited",
    "narrative": "Two agencies take part.",
}


LINK = {"title": "Report", "url": "https://example.org/"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def draft_of(plan, by, code="1.2.2", member="JP", **fields) -> Entry:
    return make_entry(member_commitment_of(plan, code, member), by=by, **fields)


def faults_of(answer) -> list[tuple[str | None, str]]:
    return [(one.get("pointer"), one["code"]) for one in answer.json()["errors"]]


class Sender:
    """A client with a key that writes for one member."""

    def __init__(self, client: Client, user: User) -> None:
        self.client, self.user = client, user

    def post(self, path: str = "", body: Any = None, **headers: str) -> Any:
        return self._send("post", path, {} if body is None else body, headers)

    def send(self, **changes: Any) -> Any:
        """Send an entry of 1.2.2. Fields that are `...` are left out."""
        body = {**BODY, **changes}
        sent = {name: value for name, value in body.items() if value is not ...}
        return self.post(body=sent)

    def patch(self, entry: Any, tag: str | None = None, **changes: Any) -> Any:
        return self._send("patch", f"{entry}/", changes, _match(tag))

    def delete(self, entry: Any, tag: str | None = None) -> Any:
        return self.client.delete(f"{URL}{entry}/", headers=_match(tag))

    def do(self, verb: str, entry: Any, tag: str | None = None, **body: Any) -> Any:
        return self._send("post", f"{entry}/{verb}/", body, _match(tag))

    def tag(self, entry: Any) -> str:
        answer = self.client.get(f"{URL}{entry}/")
        assert answer.status_code == 200
        return str(answer.headers["ETag"])

    def _send(self, method: str, path: str, body: Any, headers: Any) -> Any:
        ask = getattr(self.client, method)
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return ask(f"{URL}{path}", text, "application/json", headers=headers)


def _match(tag: str | None) -> dict[str, str]:
    return {} if tag is None else {"If-Match": tag}


def make_sender(member: str = "JP", *scopes: Scope) -> Sender:
    given = scopes or (Scope.WRITE_ENTRIES, Scope.READ_OWN, Scope.READ_GREEN)
    key, token = store_key(*given, member=member)
    key.user.scopes = frozenset(given)
    return Sender(client_with(token), key.user)


@pytest.fixture
def sender(plan) -> Sender:
    """A key of Japan that writes entries."""
    return make_sender()


@pytest.fixture
def sender_for(plan) -> Callable[..., Sender]:
    return make_sender
