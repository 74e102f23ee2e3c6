"""The receipt of a published entry, for those who may have it."""

from datetime import datetime
from typing import Any

from django import template

from accounts.models import User
from progress.models import Entry

register = template.Library()


@register.simple_tag(takes_context=True)
def receipt(context: dict[str, Any], entry: Entry) -> str:
    """`{% receipt entry as sha256 %}`; the entry came with its ledger record."""
    request = context["request"]
    return receipt_of(entry, request.user, at=request.at)


def receipt_of(entry: Entry, reader: User, *, at: datetime) -> str:
    """The SHA-256 of its ledger record; empty for whom it is not, or before it is out.

    For its own delegation and the Presidency, who read amber: never a number.
    """
    is_theirs = reader.delegation == entry.member_code or reader.is_presidency(at)
    return entry.ledger_record.sha256 if entry.ledger_record and is_theirs else ""
