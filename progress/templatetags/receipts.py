"""The receipt of a published entry, for those who may have it."""

from typing import Any

from django import template

from progress.models import Entry
from progress.receipts import receipt_of

register = template.Library()


@register.simple_tag(takes_context=True)
def receipt(context: dict[str, Any], entry: Entry) -> str:
    """`{% receipt entry as sha256 %}`; the entry came with its ledger record."""
    request = context["request"]
    return receipt_of(entry, request.user, at=request.at)
