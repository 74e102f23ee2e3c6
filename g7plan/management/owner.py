"""What only the owner of the database may do, by a command."""

from django.core.management import CommandError
from django.db import connections

from audit.owner import OWNER


def require_owner(act: str = "do this") -> None:
    """Refuse unless the address of the owner is set. Raises CommandError."""
    if OWNER not in connections:
        raise CommandError(
            f"DATABASE_OWNER_URL is not set. Only the owner of the database can {act}."
        )
