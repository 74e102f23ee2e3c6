"""Fixtures of the tests of webhooks: a receiver, keys, endpoints and publications."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Scope, User
from commitments.models import MemberCommitment
from partners.actions.webhooks import create_endpoint
from partners.models import WebhookDelivery, WebhookEndpoint
from partners.webhook_runner import read_changes_for_webhooks, send_due
from progress.changes.change import ChangeFilters
from progress.models import Entry, Handling, State
from tests.factories import make_entry
from tests.partners.webhooks.readers import webhook_reader
from tests.partners.webhooks.receivers import HOST, URL, Receiver, receiving
from tests.progress.servers import certificate_for

GREEN_KEY = (Scope.READ_CLEAR, Scope.READ_GREEN)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return certificate_for(HOST, tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def receiver(certificate) -> Iterator[Receiver]:
    with receiving(certificate) as receiver:
        yield receiver


@pytest.fixture
def green_reader(members) -> User:
    return webhook_reader(*GREEN_KEY)


@pytest.fixture
def endpoint_of() -> Callable[..., WebhookEndpoint]:
    """`endpoint_of(reader, …)` makes a webhook. `.plain` is its secret."""

    def make(reader: User, url: str = URL, **filters: Any) -> Any:
        endpoint, secret = create_endpoint(
            url=url, filters=ChangeFilters(**filters), by=reader, at=timezone.now()
        )
        vars(endpoint)["plain"] = secret
        return endpoint

    return make


@pytest.fixture
def endpoint(endpoint_of, green_reader) -> Any:
    return endpoint_of(green_reader)


@pytest.fixture
def publish_one(jp_122: MemberCommitment, officer_jp: User, stocktake):
    """`publish_one(…)` publishes a green entry of Japan, unless fields differ."""

    def publish(owed: MemberCommitment = jp_122, **fields: Any) -> Entry:
        values = {"state": State.PUBLISHED, "stocktake": stocktake, **fields}
        return make_entry(owed, by=officer_jp, **values)

    return publish


@pytest.fixture
def publish_amber(publish_one):
    return lambda: publish_one(handling=Handling.AMBER)


def read_all() -> None:
    read_changes_for_webhooks(timezone.now())


@pytest.fixture
def deliver(receiver):
    """`deliver(endpoint)` reads the changes and sends what is due."""

    def deliver(endpoint: WebhookEndpoint) -> int:
        read_all()
        return send_due(endpoint.pk, network=receiver.network())

    return deliver


def states_of(endpoint: WebhookEndpoint) -> list[str]:
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("number")
    return list(rows.values_list("state", flat=True))
