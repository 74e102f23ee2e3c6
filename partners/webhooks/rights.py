"""Who reads for a webhook, and whether its rights are still the same."""

from dataclasses import astuple
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from accounts.backends import find_service_reader
from accounts.models import Scope, User
from progress.querysets.visibility import rights_of


def find_webhook_reader(user_id: UUID, at: datetime) -> User | None:
    """Return the service user of a webhook with its rights of now.

    Return None if it has no usable key, or a key that may not manage webhooks.
    """
    reader = find_service_reader(user_id, at)
    may_manage = reader is not None and reader.may(Scope.MANAGE_WEBHOOKS)
    return reader if may_manage else None


def rights_digest(reader: User, at: datetime) -> str:
    """Return what is equal for as long as the reader may see the same of all."""
    rights = repr(astuple(rights_of(reader, at)))
    if (body := reader.assessing_body) is not None:
        rights += repr({"body": body})
    return sha256(rights.encode()).hexdigest()
