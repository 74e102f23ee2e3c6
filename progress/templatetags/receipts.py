"""The receipt of a published entry or a released score, for who may see it."""

from datetime import datetime
from typing import Any

from django import template

from accounts.models import User
from progress.models import Assessment, Entry

register = template.Library()


@register.simple_tag(takes_context=True)
def receipt(context: dict[str, Any], entry: Entry) -> str:
    """`{% receipt entry as sha256 %}`. The entry must come with its ledger record."""
    request = context["request"]
    return receipt_of(entry, request.user, at=request.at)


def receipt_of(published: Entry | Assessment, reader: User, *, at: datetime) -> str:
    """Return the SHA-256 of the ledger record of an entry or a score, without a number.

    Only those whose words it proves get it: the delegation, the Presidency and, of a
    score, its body. For others, and before it is on record, the text is empty.
    """
    is_theirs = (
        reader.delegation == published.member_code
        or _is_of_own_body(published, reader)
        or reader.is_presidency(at)
    )
    record = published.ledger_record
    return record.sha256 if record and is_theirs else ""


def _is_of_own_body(published: Entry | Assessment, reader: User) -> bool:
    if not isinstance(published, Assessment):
        return False
    return reader.assessing_body == published.table.body_id
