"""The receipt of a published entry, for readers who may see it."""

from datetime import datetime
from typing import Any

from django import template

from accounts.models import User
from progress.models import Entry

register = template.Library()


@register.simple_tag(takes_context=True)
def receipt(context: dict[str, Any], entry: Entry) -> str:
    """`{% receipt entry as sha256 %}`. The entry must come with its ledger record."""
    request = context["request"]
    return receipt_of(entry, request.user, at=request.at)


def receipt_of(entry: Entry, reader: User, *, at: datetime) -> str:
    """Return the SHA-256 of an entry's ledger record, without its number.

    Only its own delegation and the Presidency get it. For others, and before the entry
    is published, the text is empty.
    """
    is_theirs = reader.delegation == entry.member_code or reader.is_presidency(at)
    return entry.ledger_record.sha256 if entry.ledger_record and is_theirs else ""
