"""Service users whose key may manage webhooks."""

from typing import Any

from django.utils import timezone

from accounts.models import Scope, User
from partners.webhooks.rights import find_webhook_reader
from tests.api.conftest import store_key


def webhook_reader(*scopes: Scope, member: str | None = None, **fields: Any) -> User:
    """Make a key with these scopes too, and return its user with its rights of now."""
    key, _token = store_key(*scopes, Scope.MANAGE_WEBHOOKS, member=member, **fields)
    reader = find_webhook_reader(key.user_id, timezone.now())
    assert reader is not None
    return reader
