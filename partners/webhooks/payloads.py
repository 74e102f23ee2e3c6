"""What a webhook sends: the ids and the cursor of a change, and never its content.

A receiver reads the rest from `changes/`, with its own key and its rights of then.
"""

import json
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

CONTENT_TYPE = "application/json"


class WebhookType(StrEnum):
    """What a notification is about."""

    PUBLISHED = "entry.published"
    REMOVED = "entry.removed"
    ERASED = "entry.erased"
    # One for each table, however many scores it has.
    SCORES_RELEASED = "assessments.released"
    SCORES_REMOVED = "assessments.removed"
    SCORES_ERASED = "assessments.erased"
    RESET = "changes.reset"
    PING = "webhook.ping"


TYPE_CHOICES = [(kind.value, kind.value) for kind in WebhookType]


def change_payload(
    kind: WebhookType, *, at: datetime, entry_id: UUID, cursor: str
) -> str:
    """Return the body of a notification about one row of `changes/`.

    `at` is when the change happened. Reading `changes/` after the cursor continues
    behind this row.
    """
    return _payload(kind, at, {"entry_id": str(entry_id), "cursor": cursor})


def table_payload(
    kind: WebhookType, *, at: datetime, table_id: UUID, cursor: str
) -> str:
    """Return the body of a notification about the rows of `changes/` of one table.

    Reading `changes/` after the cursor continues with the first of them.
    """
    data: dict[str, str | None] = {"assessment_table_id": str(table_id)}
    return _payload(kind, at, {**data, "cursor": cursor})


def reset_payload(*, at: datetime) -> str:
    """Return the body that asks to read `changes/` again from the beginning."""
    return _payload(WebhookType.RESET, at, {"cursor": None})


def ping_payload(*, at: datetime) -> str:
    """Return the body of a test."""
    return _payload(WebhookType.PING, at, {})


def _payload(kind: WebhookType, at: datetime, data: dict[str, str | None]) -> str:
    body = {"type": kind.value, "timestamp": _text_of(at), "data": data}
    return json.dumps(body, separators=(",", ":"))


def _text_of(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
