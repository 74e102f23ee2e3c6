"""Tests of receivers that fail, hang, redirect, answer without end, or move."""

import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import ApiKey, Role
from audit.models import Event
from partners.actions.webhook_deliveries import (
    LEASE,
    claim_delivery,
    finish_delivery,
    ping_endpoint,
)
from partners.actions.webhooks import change_endpoint
from partners.event_consumer import read_new_events
from partners.models import Notice, WebhookDelivery
from partners.webhook_runner import endpoints_due, send_due
from partners.webhooks import posting
from partners.webhooks.pauses import MOST_ATTEMPTS, PAUSES
from partners.webhooks.posting import Receipt, post
from progress.evidence.web_connection import LinkProblem, Network
from tests.accounts.signed_in import client_of
from tests.factories import make_user
from tests.partners.webhooks.conftest import GREEN_KEY, read_all, states_of
from tests.partners.webhooks.readers import webhook_reader
from tests.partners.webhooks.receivers import URL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]
GIGABYTE = 2**30


def accept(_row):
    """The check of a change: any version may be changed."""


def make_due(endpoint):
    WebhookDelivery.objects.filter(endpoint=endpoint, state="waiting").update(
        due_at=timezone.now()
    )


def send(receiver, **options):
    return post(URL, b"{}", headers=[], network=receiver.network(), **options)


# ---- What the receiver does
@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 429, 500, 503])
def test_any_other_status_than_a_success_is_a_failure(receiver, status):
    receiver.status = status
    receipt = send(receiver)
    assert (receipt.is_delivered, receipt.status) == (False, status)


def test_a_redirect_is_not_followed(receiver):
    def redirect(handler):
        handler.send_response(302)
        handler.send_header("Location", "https://169.254.169.254/latest")
        handler.end_headers()

    receiver.behave = redirect
    assert send(receiver) == Receipt(302, LinkProblem.STATUS)
    assert len(receiver.got) == 1


def test_a_receiver_that_hangs_is_left(receiver):
    receiver.behave = lambda _handler: receiver.over.wait(20)
    start = time.monotonic()
    assert send(receiver, seconds=0.5).problem == LinkProblem.TOO_SLOW
    assert time.monotonic() - start < 5


def test_a_receiver_that_drips_is_left(receiver):
    def drip(handler):
        for _number in range(200):
            if receiver.over.wait(0.05):
                return
            handler.wfile.write(b"H")

    receiver.behave = drip
    assert send(receiver, seconds=0.5).problem == LinkProblem.TOO_SLOW


def test_of_an_answer_of_a_gigabyte_only_the_head_is_read(receiver):
    sent = []

    def pour(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(GIGABYTE))
        handler.end_headers()
        for _number in range(GIGABYTE // 65_536):
            handler.wfile.write(b"x" * 65_536)
            sent.append(65_536)

    receiver.behave = pour
    assert send(receiver).is_delivered
    receiver.over.wait(0.2)
    assert sum(sent) < 64 * 2**20


def test_a_head_without_end_is_cut(receiver):
    def pour(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(10_000):
            handler.wfile.write(b"X-%d: %s\r\n" % (number, b"x" * 1_000))

    receiver.behave = pour
    assert send(receiver).problem == LinkProblem.NO_HTTP


def test_a_receiver_that_closes_early_is_a_failure(receiver):
    receiver.behave = lambda handler: handler.connection.close()
    assert send(receiver).problem in {LinkProblem.NO_HTTP, LinkProblem.NOT_REACHED}


def test_what_is_no_https_is_not_spoken(receiver):
    url = URL.replace("https", "http")
    receipt = post(url, b"{}", headers=[], network=receiver.network())
    assert receipt == Receipt(problem=LinkProblem.NOT_AN_ADDRESS)
    assert receiver.got == []


# ---- Where the receiver is
@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.7", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1",
        "192.168.1.1", "0.0.0.7", "::1", "fe80::1", "fd00:ec2::254",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "168.63.129.16",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(receiver, address):
    receiver.addresses = [[address]]
    network = Network(resolve=receiver.network().resolve)
    receipt = post(URL, b"{}", headers=[], network=network)
    assert receipt == Receipt(problem=LinkProblem.NOT_PUBLIC)
    assert receiver.got == []


def test_a_name_with_one_address_that_is_not_public_is_refused(receiver):
    receiver.addresses = [["127.0.0.1", "10.0.0.7"]]
    assert send(receiver).problem == LinkProblem.NOT_PUBLIC


def test_a_name_that_moves_is_resolved_once_and_connected_there(receiver):
    """Its second answer would be inside: it is not asked for (DNS rebinding)."""
    receiver.addresses = [["127.0.0.1"], ["169.254.169.254"]]
    assert send(receiver).is_delivered
    assert send(receiver).problem == LinkProblem.NOT_PUBLIC
    assert len(receiver.got) == 1


def test_no_proxy_of_the_environment_is_used(receiver, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(receiver).is_delivered


# ---- Trying again
def test_a_failure_is_tried_again_and_what_follows_waits(
    endpoint, publish_one, deliver, receiver
):
    publish_one()
    publish_one()
    receiver.status = 503
    assert deliver(endpoint) == 1
    assert states_of(endpoint) == ["waiting", "waiting"]
    first, second = WebhookDelivery.objects.order_by("number")
    assert (first.attempts_made, first.last_status, second.attempts_made) == (1, 503, 0)
    assert endpoints_due(timezone.now()) == []
    receiver.status = 204
    make_due(endpoint)
    assert deliver(endpoint) == 2
    assert receiver.ids == [str(pk) for pk in (first.pk, first.pk, second.pk)]
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_a_ping_that_succeeds_sends_what_waits_at_once(
    endpoint, green_reader, publish_one, deliver, receiver
):
    publish_one()
    receiver.status = 500
    deliver(endpoint)
    WebhookDelivery.objects.update(due_at=timezone.now() + timedelta(hours=10))
    receiver.status = 204
    ping_endpoint(endpoint_id=endpoint.pk, by=green_reader, at=timezone.now())
    assert deliver(endpoint) == 2
    assert states_of(endpoint) == ["delivered", "delivered"]


def test_a_receiver_that_fails_does_not_stop_another(
    endpoint_of, green_reader, publish_one, receiver
):
    failing, sound = endpoint_of(green_reader), endpoint_of(green_reader)
    publish_one()
    read_all()
    receiver.status = 500
    send_due(failing.pk, network=receiver.network())
    publish_one()
    read_all()
    make_due(failing)
    assert endpoints_due(timezone.now()) == [sound.pk, failing.pk]
    receiver.status = 204
    assert send_due(sound.pk, network=receiver.network()) == 2


def fail_to_the_end(endpoint, now):
    """Fail every attempt, each when it is due, and return when the last one was."""
    delivery = WebhookDelivery.objects.filter(endpoint=endpoint).earliest("number")
    for _number in range(MOST_ATTEMPTS):
        now = max(now, WebhookDelivery.objects.get(pk=delivery.pk).due_at)
        claimed = claim_delivery(delivery_id=delivery.pk, at=now)
        assert claimed is not None
        assert finish_delivery(
            delivery=claimed, receipt=Receipt(500, LinkProblem.STATUS), at=now
        )
    return now


def test_after_days_of_failures_it_is_disabled_with_a_notice(
    endpoint, publish_one, green_reader
):
    administrator = make_user(Role.ADMINISTRATOR)
    publish_one()
    read_all()
    start = timezone.now()
    end = fail_to_the_end(endpoint, start)
    days = sum(PAUSES, timedelta())
    assert days <= end - start <= days * 1.3
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "failing")
    assert states_of(endpoint) == ["failed"]
    event = Event.objects.get(verb="webhook.disable")
    assert (event.actor, event.data, event.target) == (
        "system", {"reason": "failing"}, "hooks.example",
    )  # fmt: skip
    read_new_events(timezone.now())
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (administrator, "webhook")
    assert list(Notice.objects.visible_to(administrator, timezone.now())) == [notice]


def test_the_heads_of_the_key_s_member_get_the_notice(
    endpoint_of, publish_one, head_jp
):
    reader = webhook_reader(*GREEN_KEY, member="JP")
    endpoint = endpoint_of(reader)
    make_user(Role.ADMINISTRATOR)
    publish_one()
    read_all()
    fail_to_the_end(endpoint, timezone.now())
    read_new_events(timezone.now())
    assert Notice.objects.get(kind="webhook").user == head_jp
    page = client_of(head_jp).get("/notices/").text
    assert "was disabled" in page
    assert "hooks.example" not in page


def test_gone_disables_it_at_once(endpoint, publish_one, deliver, receiver):
    publish_one()
    publish_one()
    receiver.status = 410
    assert deliver(endpoint) == 1
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "gone")
    assert deliver(endpoint) == 0
    assert len(receiver.got) == 1


def test_enabled_again_it_continues_where_it_was(
    endpoint, green_reader, publish_one, deliver, receiver
):
    entries = [publish_one()]
    receiver.status = 410
    deliver(endpoint)
    receiver.status = 204
    receiver.got.clear()
    entries.append(publish_one())
    assert deliver(endpoint) == 0
    change_endpoint(
        endpoint_id=endpoint.pk,
        check=accept,
        by=green_reader,
        at=timezone.now(),
        state="enabled",
    )
    assert deliver(endpoint) == 2
    got = [json.loads(body)["data"]["entry_id"] for body in receiver.bodies]
    assert got == [str(entry.pk) for entry in entries]


# ---- Rights
def test_a_webhook_ends_with_its_key(endpoint, publish_one, deliver, receiver):
    publish_one()
    read_all()
    ApiKey.objects.update(revoked_at=timezone.now())
    assert deliver(endpoint) == 1  # tried, and put back
    assert receiver.got == []
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.problem) == ("enabled", "no_key")
    assert WebhookDelivery.objects.get().attempts_made == 0
    ApiKey.objects.update(revoked_at=None)
    make_due(endpoint)
    assert deliver(endpoint) == 1
    assert len(receiver.got) == 1
    endpoint.refresh_from_db()
    assert endpoint.problem == ""


def test_rights_that_end_midway_end_what_waits_too(
    endpoint, publish_one, deliver, receiver
):
    publish_one()
    read_all()
    ApiKey.objects.update(scopes=["read:clear", "manage:webhooks"])
    deliver(endpoint)
    assert states_of(endpoint) == ["dropped", "delivered"]
    (body,) = receiver.bodies
    assert json.loads(body)["type"] == "changes.reset"
    publish_one()
    assert deliver(endpoint) == 0


def test_a_backlog_is_bounded_and_nothing_is_lost(
    endpoint, publish_one, deliver, receiver, monkeypatch
):
    monkeypatch.setattr("partners.actions.webhook_changes.MOST_WAITING", 2)
    monkeypatch.setattr("partners.actions.webhook_changes.PAGE_SIZE", 1)
    entries = [publish_one() for _number in range(4)]
    read_all()
    endpoint.refresh_from_db()
    assert (endpoint.problem, len(states_of(endpoint))) == ("backlog", 2)
    while deliver(endpoint):
        pass
    got = [json.loads(body)["data"]["entry_id"] for body in receiver.bodies]
    assert got == [str(entry.pk) for entry in entries]


def test_a_lease_is_longer_than_sending():
    assert timedelta(seconds=posting.SECONDS) * 2 < LEASE
