"""Notices, the mails that count them, private feeds and webhooks."""

from partners.models.feeds import PrivateFeed
from partners.models.notices import (
    MUTABLE_KINDS,
    Cursor,
    Digest,
    Notice,
    NoticeKind,
    NoticePreference,
    ReadEvent,
    Reminder,
    ToldAs,
)
from partners.models.webhooks import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)

__all__ = [
    "MUTABLE_KINDS",
    "Cursor",
    "Digest",
    "Notice",
    "NoticeKind",
    "NoticePreference",
    "PrivateFeed",
    "ReadEvent",
    "Reminder",
    "ToldAs",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
