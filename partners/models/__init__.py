"""Notices, the mails that count them, and webhooks."""

from partners.models.notices import (
    Cursor,
    Digest,
    Notice,
    NoticeKind,
    NoticePreference,
    ReadEvent,
    Reminder,
    ToldAs,
)

__all__ = [
    "Cursor",
    "Digest",
    "Notice",
    "NoticeKind",
    "NoticePreference",
    "ReadEvent",
    "Reminder",
    "ToldAs",
]
