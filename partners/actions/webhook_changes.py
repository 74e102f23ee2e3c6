"""Turn the changes that an endpoint may know of into deliveries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from partners.actions.webhooks import filters_of
from partners.models import WebhookDelivery, WebhookEndpoint
from partners.webhooks.payloads import (
    WebhookType,
    change_payload,
    reset_payload,
    table_payload,
)
from partners.webhooks.rights import find_webhook_reader, rights_digest
from progress.changes.change import (
    AnyChange,
    AssessmentChange,
    ChangeKind,
    ChangePage,
)
from progress.changes.cursors import ExpiredCursorError, InvalidCursorError
from progress.changes.reading import last_cursor, read_changes

Problem = WebhookEndpoint.Problem
# Read of `changes/` for one endpoint in one transaction.
PAGE_SIZE = 100
_KINDS_OF_SCORES = {
    ChangeKind.RELEASED: WebhookType.SCORES_RELEASED,
    ChangeKind.REMOVED: WebhookType.SCORES_REMOVED,
    ChangeKind.ERASED: WebhookType.SCORES_ERASED,
}
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
    """Write a delivery for each change of an entry, and one for each table of scores.

    Each names the cursor with which this page was read: a receiver that reads from
    there gets the change.
    """
    rights = rights_digest(reader, at)
    deliveries = []
    known = _known_tables(endpoint, page)
    for change in page.changes:
        if isinstance(change, AssessmentChange):
            told = (_KINDS_OF_SCORES[change.kind], change.table_id)
            if told in known:
                continue
            known.add(told)
        values = _about(change, cursor=endpoint.cursor)
        deliveries.append(new_delivery(endpoint, at=at, rights=rights, **values))
    WebhookDelivery.objects.bulk_create(deliveries)
    endpoint.cursor = page.cursor


def _known_tables(
    endpoint: WebhookEndpoint, page: ChangePage
) -> set[tuple[WebhookType, UUID]]:
    """Return what the endpoint was notified of on an earlier page, of these tables.

    A table is released once, and leaves a reader's sight once.
    """
    tables = {
        change.table_id
        for change in page.changes
        if isinstance(change, AssessmentChange)
    }
    if not tables:
        return set()
    told = endpoint.deliveries.filter(assessment_table_id__in=tables)
    told = told.exclude(type=WebhookType.SCORES_ERASED)
    named = told.values_list("type", "assessment_table_id")
    return {(WebhookType(kind), table) for kind, table in named if table is not None}


def _about(change: AnyChange, *, cursor: str) -> dict[str, Any]:
    """Return what a delivery says of a change."""
    if isinstance(change, AssessmentChange):
        kind, table = _KINDS_OF_SCORES[change.kind], change.table_id
        payload = table_payload(kind, at=change.at, table_id=table, cursor=cursor)
        return {"kind": kind, "assessment_table_id": table, "payload": payload}
    kind, entry = WebhookType(f"entry.{change.kind}"), change.entry_id
    payload = change_payload(kind, at=change.at, entry_id=entry, cursor=cursor)
    return {"kind": kind, "entry_id": entry, "payload": payload}


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
