"""Tests of notifications that arrive, verified as a partner verifies them."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from partners.actions.webhook_deliveries import ping_endpoint, replay_delivery
from partners.actions.webhooks import filters_of, rotate_secret
from partners.models import WebhookDelivery, WebhookEndpoint
from partners.webhook_runner import send_due
from progress.changes.reading import read_changes
from progress.models import Entry, Handling
from tests.partners.webhooks.conftest import read_all, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


def verified(secret, got):
    headers, body = got
    return Webhook(secret).verify(body, headers)


def test_a_publication_arrives_signed_and_without_content(
    endpoint, publish_one, deliver, receiver
):
    entry = publish_one()
    assert deliver(endpoint) == 1
    (got,) = receiver.got
    payload = verified(endpoint.plain, got)
    assert payload == {
        "type": "entry.published",
        "timestamp": entry.published_at.isoformat().replace("+00:00", "Z"),
        "data": {"entry_id": str(entry.pk), "cursor": endpoint.cursor},
    }
    headers, _body = got
    assert headers["webhook-id"] == str(WebhookDelivery.objects.get().pk)
    assert headers["Content-Type"] == "application/json"
    assert not {"cookie", "authorization", "referer"} & {
        name.lower() for name in headers
    }
    assert states_of(endpoint) == ["delivered"]


def test_the_cursor_leads_to_the_change(
    endpoint, green_reader, publish_one, deliver, receiver
):
    entry = publish_one()
    deliver(endpoint)
    data = json.loads(receiver.bodies[0])["data"]
    page = read_changes(
        green_reader,
        timezone.now(),
        since=data["cursor"],
        filters=filters_of(endpoint),
        size=10,
    )
    assert [change.key for change in page.changes] == [entry.pk]


def test_what_came_before_the_webhook_is_not_notified(
    publish_one, endpoint_of, green_reader, deliver, receiver
):
    publish_one()
    endpoint = endpoint_of(green_reader)
    assert deliver(endpoint) == 0
    publish_one()
    assert deliver(endpoint) == 1


def test_changes_arrive_in_order_each_once(endpoint, publish_one, deliver, receiver):
    entries = [publish_one() for _number in range(5)]
    assert deliver(endpoint) == 5
    assert deliver(endpoint) == 0
    got = [json.loads(body)["data"]["entry_id"] for body in receiver.bodies]
    assert got == [str(entry.pk) for entry in entries]
    assert len(set(receiver.ids)) == 5


def test_a_removal_looks_the_same_for_both_reasons(
    endpoint, publish_one, deliver, receiver
):
    first, second = publish_one(), publish_one()
    deliver(endpoint)
    receiver.got.clear()
    publish_one(supersedes=first, kind=Entry.Kind.WITHDRAWAL, reason="Wrong.")
    amber = {"kind": Entry.Kind.CORRECTION, "handling": Handling.AMBER}
    publish_one(supersedes=second, reason="Wrong.", **amber)
    assert deliver(endpoint) == 2
    got = [json.loads(body) for body in receiver.bodies]
    assert [one["type"] for one in got] == ["entry.removed"] * 2
    ids = [one["data"]["entry_id"] for one in got]
    assert ids == [str(first.pk), str(second.pk)]


def test_amber_publications_send_nothing_to_a_green_webhook(
    endpoint, publish_one, publish_amber, deliver, receiver
):
    publish_one()
    deliver(endpoint)
    endpoint.refresh_from_db()
    before = (endpoint.cursor, endpoint.last_number)
    for _number in range(10):
        publish_amber()
    assert deliver(endpoint) == 0
    endpoint.refresh_from_db()
    assert (endpoint.cursor, endpoint.last_number) == before
    assert len(receiver.got) == 1


def test_a_filter_leaves_out_other_changes(
    endpoint_of, green_reader, publish_one, deliver, receiver
):
    of_fr = endpoint_of(green_reader, members=("FR",))
    of_jp = endpoint_of(green_reader, members=("JP", "DE"))
    publish_one()
    assert (deliver(of_fr), deliver(of_jp)) == (0, 1)


# ---- Secrets
def test_after_a_rotation_both_secrets_verify_for_a_day(
    endpoint, green_reader, publish_one, deliver, receiver
):
    _row, new = rotate_secret(
        endpoint_id=endpoint.pk,
        check=lambda _row: None,
        by=green_reader,
        at=timezone.now(),
    )
    publish_one()
    deliver(endpoint)
    assert verified(new, receiver.got[0]) == verified(endpoint.plain, receiver.got[0])
    WebhookEndpoint.objects.update(former_secret_until=timezone.now())
    publish_one()
    deliver(endpoint)
    verified(new, receiver.got[1])
    with pytest.raises(WebhookVerificationError):
        verified(endpoint.plain, receiver.got[1])


def test_an_altered_body_does_not_verify(endpoint, publish_one, deliver, receiver):
    publish_one()
    deliver(endpoint)
    headers, body = receiver.got[0]
    with pytest.raises(WebhookVerificationError):
        verified(endpoint.plain, (headers, body.replace(b"published", b"erased")))


def test_a_secret_is_not_stored_in_the_clear(endpoint):
    stored = bytes(WebhookEndpoint.objects.get().secret)
    assert endpoint.plain.encode() not in stored
    assert endpoint.plain.removeprefix("whsec_").encode() not in stored


def test_with_another_key_of_the_installation_nothing_is_sent(
    endpoint, green_reader, publish_one, deliver, receiver, settings
):
    publish_one()
    read_all()
    settings.SECRET_KEY = "another " * 10
    settings.SECRET_KEY_FALLBACKS = []
    send_due(endpoint.pk, network=receiver.network())
    endpoint.refresh_from_db()
    assert (endpoint.problem, receiver.got) == ("secret", [])
    assert WebhookDelivery.objects.get().attempts_made == 0
    _row, new = rotate_secret(
        endpoint_id=endpoint.pk,
        check=lambda _row: None,
        by=green_reader,
        at=timezone.now(),
    )
    WebhookDelivery.objects.update(due_at=timezone.now())
    send_due(endpoint.pk, network=receiver.network())
    assert verified(new, receiver.got[0])["type"] == "entry.published"
    endpoint.refresh_from_db()
    assert endpoint.problem == ""


# ---- Pings and replays
def test_a_ping_is_sent_once_also_to_a_disabled_webhook(
    endpoint, green_reader, receiver
):
    WebhookEndpoint.objects.update(
        state="disabled", disabled_reason="request", disabled_at=timezone.now()
    )
    ping_endpoint(endpoint_id=endpoint.pk, by=green_reader, at=timezone.now())
    receiver.status = 500
    send_due(endpoint.pk, network=receiver.network())
    send_due(endpoint.pk, network=receiver.network())
    (got,) = receiver.got
    assert verified(endpoint.plain, got)["type"] == "webhook.ping"
    assert states_of(endpoint) == ["failed"]


def test_a_replay_has_the_same_id_and_body_and_a_new_time(
    endpoint, green_reader, publish_one, deliver, receiver
):
    publish_one()
    deliver(endpoint)
    delivery = WebhookDelivery.objects.get()
    later = timezone.now() + timedelta(seconds=0)
    replay_delivery(
        endpoint_id=endpoint.pk, delivery_id=delivery.pk, by=green_reader, at=later
    )
    deliver(endpoint)
    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) >= int(first["webhook-timestamp"])
    verified(endpoint.plain, (second, again))
    assert delivery.attempts.count() == 2
