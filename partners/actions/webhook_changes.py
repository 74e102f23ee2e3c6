"""Turn the changes that an endpoint may know of into deliveries."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from partners.actions.webhooks import filters_of
from partners.models import WebhookDelivery, WebhookEndpoint
from partners.webhooks.payloads import WebhookType, change_payload, reset_payload
from partners.webhooks.rights import find_webhook_reader, rights_digest
from progress.changes.change import ChangePage
from progress.changes.cursors import ExpiredCursorError, InvalidCursorError
from progress.changes.reading import last_cursor, read_changes

Problem = WebhookEndpoint.Problem
# Read of `changes/` for one endpoint in one transaction.
PAGE_SIZE = 100
# Deliveries of one endpoint that wait. Other changes stay in `changes/` until then.
MOST_WAITING = 500


@transaction.atomic
def make_deliveries(*, endpoint_id: UUID, at: datetime) -> bool:
    """Read the next changes for an endpoint, and write a delivery for each.

    Return whether there may be more. The rights are those of the key at this instant.
    A second worker skips an endpoint that another one is reading for.
    """
    rows = WebhookEndpoint.objects.enabled()
    endpoint = (
        rows.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=endpoint_id)
        .first()
    )
    if endpoint is None:
        return False
    endpoint.read_at = at
    has_more = _read(endpoint, at)
    endpoint.save(update_fields=["cursor", "read_at", "last_number", "problem"])
    return has_more


def _read(endpoint: WebhookEndpoint, at: datetime) -> bool:
    reader = find_webhook_reader(endpoint.user_id, at)
    if reader is None:
        endpoint.problem = Problem.NO_KEY
        return False
    if endpoint.deliveries.unfinished().count() > MOST_WAITING - PAGE_SIZE:
        endpoint.problem = Problem.BACKLOG
        return False
    if endpoint.problem in {Problem.NO_KEY, Problem.BACKLOG}:
        endpoint.problem = ""
    try:
        page = read_changes(
            reader,
            at,
            since=endpoint.cursor,
            filters=filters_of(endpoint),
            size=PAGE_SIZE,
        )
    except (ExpiredCursorError, InvalidCursorError):
        _begin_again(endpoint, reader, at)
        return False
    _add_deliveries(endpoint, page, reader, at)
    return page.has_more


def _add_deliveries(
    endpoint: WebhookEndpoint, page: ChangePage, reader: User, at: datetime
) -> None:
    """Write a delivery for each change.

    Each names the cursor with which this page was read: a receiver that reads from
    there gets the change.
    """
    rights = rights_digest(reader, at)
    deliveries = []
    for change in page.changes:
        kind = WebhookType(f"entry.{change.kind}")
        payload = change_payload(
            kind, at=change.at, entry_id=change.entry_id, cursor=endpoint.cursor
        )
        deliveries.append(
            new_delivery(
                endpoint,
                kind,
                at,
                payload=payload,
                entry_id=change.entry_id,
                rights=rights,
            )
        )
    WebhookDelivery.objects.bulk_create(deliveries)
    endpoint.cursor = page.cursor


def _begin_again(endpoint: WebhookEndpoint, reader: User, at: datetime) -> None:
    """Notify the receiver once that it must read `changes/` from the beginning.

    What is published from now on is notified, as if the endpoint were new.
    """
    delivery = new_delivery(
        endpoint, WebhookType.RESET, at, payload=reset_payload(at=at)
    )
    delivery.save(force_insert=True)
    endpoint.cursor = last_cursor(reader, at, filters=filters_of(endpoint))


def new_delivery(
    endpoint: WebhookEndpoint,
    kind: WebhookType,
    at: datetime,
    **fields: object,
) -> WebhookDelivery:
    """Return the next delivery of a locked endpoint, unsaved. Save both."""
    endpoint.last_number += 1
    return WebhookDelivery(
        endpoint=endpoint,
        number=endpoint.last_number,
        type=kind,
        created_at=at,
        due_at=at,
        **fields,
    )
