"""The reader of public pages: no person, with the rights of a key for clear entries."""

import uuid
from datetime import datetime

from accounts.models import Role, Scope, User
from progress.models import PublicReading

# No row has it.
NO_PERSON = uuid.UUID(int=0)


def public_since() -> datetime | None:
    """Return since when anyone may read, or None while no one may. One query.

    The database's clock decides, so that it starts by itself, and at once everywhere.
    """
    started = PublicReading.objects.on().values_list("starts_at", flat=True)
    return started.first()


def public_reader(since: datetime, at: datetime) -> User:
    """Return the reader of a public page at an instant, who is stored nowhere.

    Rule 4 reads their rights like those of a service user with the scope `read:clear`
    and no member, narrowed to what was published since `since`, or was agreed to.
    """
    reader = User(
        id=NO_PERSON,
        roles=[Role.OBSERVER],
        is_service=True,
        is_active=True,
        member=None,
    )
    reader.scopes = frozenset({Scope.READ_CLEAR})
    reader.public_since = since
    # No right of theirs follows from the chair: its change changes no public page.
    reader.remember_chair(at, None)
    return reader
