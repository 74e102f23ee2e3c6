"""Read changes for webhooks, and send what is due. No transaction is open meanwhile."""

from collections.abc import Iterator
from datetime import datetime
from time import monotonic
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import F, Min
from django.utils import timezone

from accounts.models import User
from audit.sealing import SecretUnreadableError
from partners.actions.webhook_changes import make_deliveries
from partners.actions.webhook_deliveries import (
    claim_delivery,
    drop_delivery,
    finish_delivery,
    postpone_delivery,
    requeue_lost_delivery,
)
from partners.models import WebhookDelivery, WebhookEndpoint
from partners.webhooks.payloads import WebhookType
from partners.webhooks.posting import post
from partners.webhooks.rights import find_webhook_reader, rights_digest
from partners.webhooks.sealing import unseal
from partners.webhooks.signatures import signed_headers
from progress.evidence.web_connection import Network
from progress.models import AssessmentTable, Entry

log = structlog.get_logger()

Problem = WebhookEndpoint.Problem
# In one run. The next run comes in seconds.
MOST_ENDPOINTS_READ = 200
MOST_PAGES = 5  # of one endpoint
MOST_ENDPOINTS_SENT = 20
MOST_LOST = 100
# A worker sends to one endpoint for about as long, and then takes other work.
SECONDS = 20.0
MOST_SENT = 50


def read_changes_for_webhooks(at: datetime) -> None:
    """Make the deliveries of every enabled endpoint. One fault stops no other."""
    endpoints = WebhookEndpoint.objects.enabled().order_by("read_at", "pk")
    for pk in list(endpoints.values_list("pk", flat=True)[:MOST_ENDPOINTS_READ]):
        try:
            _read_pages(pk, at)
        except (InterfaceError, OperationalError):
            raise  # The database is away.
        except Exception:
            log.exception("webhook not read", endpoint=str(pk))


def _read_pages(endpoint_id: UUID, at: datetime) -> None:
    for _page in range(MOST_PAGES):
        if not make_deliveries(endpoint_id=endpoint_id, at=at):
            return


def endpoints_due(at: datetime) -> list[UUID]:
    """Return the endpoints to send to now, after putting back what workers lost.

    Those whose last delivery failed come last, so that they hold up no other.
    """
    lost = WebhookDelivery.objects.lost(at).values_list("pk", flat=True)
    for delivery_id in list(lost[:MOST_LOST]):
        requeue_lost_delivery(delivery_id=delivery_id, at=at)
    due = WebhookDelivery.objects.due(at).values("endpoint")
    firsts = due.annotate(first=Min("due_at")).order_by(
        F("endpoint__failing_since").asc(nulls_first=True), "first", "endpoint"
    )
    return [row["endpoint"] for row in firsts[:MOST_ENDPOINTS_SENT]]


def send_due(endpoint_id: UUID, *, network: Network | None = None) -> int:
    """Send what is due to one endpoint, in order. Return how many were tried.

    Safe to call twice: another worker that sends to this endpoint is left alone.
    """
    ends_at, count = monotonic() + SECONDS, 0
    for delivery_id in _due_of(endpoint_id):
        if not send_if_due(delivery_id, network=network):
            break
        count += 1
        if count >= MOST_SENT or monotonic() >= ends_at:
            break
    return count


def _due_of(endpoint_id: UUID) -> Iterator[UUID]:
    """Yield the next delivery that is due, for as long as there is one."""
    while True:
        due = WebhookDelivery.objects.due(timezone.now()).filter(endpoint=endpoint_id)
        first = due.order_by("number").values_list("pk", flat=True).first()
        if first is None:
            return
        yield first


def send_if_due(delivery_id: UUID, *, network: Network | None = None) -> bool:
    """Send a delivery if it is due and no other worker does. Safe to call twice.

    The key's rights are asked again. Returns whether it was this worker's.
    """
    now = timezone.now()
    delivery = claim_delivery(delivery_id=delivery_id, at=now)
    if delivery is None:
        return False
    reader = find_webhook_reader(delivery.endpoint.user_id, now)
    if reader is None:
        return postpone_delivery(delivery=delivery, problem=Problem.NO_KEY, at=now)
    if not _may_know(reader, delivery, now):
        return drop_delivery(delivery=delivery, at=now)
    try:
        secrets = list(_secrets_of(delivery.endpoint, now))
    except SecretUnreadableError:
        return postpone_delivery(delivery=delivery, problem=Problem.SECRET, at=now)
    body = delivery.payload.encode()
    receipt = post(
        delivery.endpoint.url,
        body,
        headers=signed_headers(str(delivery.pk), now, body, secrets),
        network=network,
    )
    return finish_delivery(delivery=delivery, receipt=receipt, at=timezone.now())


def _may_know(reader: User, delivery: WebhookDelivery, at: datetime) -> bool:
    """Return whether the reader has the rights with which the delivery was made."""
    if delivery.rights and delivery.rights != rights_digest(reader, at):
        return False
    if delivery.type == WebhookType.SCORES_RELEASED:
        tables = AssessmentTable.objects.visible_to(reader, at)
        table = delivery.assessment_table_id
        return table is not None and tables.filter(pk=table).exists()
    if delivery.type != WebhookType.PUBLISHED:
        return True
    keys = [delivery.entry_id] if delivery.entry_id else []
    return Entry.objects.visible_to(reader, at).filter(pk__in=keys).exists()


def _secrets_of(endpoint: WebhookEndpoint, at: datetime) -> Iterator[str]:
    yield unseal(bytes(endpoint.secret), endpoint.pk)
    until = endpoint.former_secret_until
    if endpoint.former_secret is not None and until is not None and at < until:
        yield unseal(bytes(endpoint.former_secret), endpoint.pk)
