"""The keys of password links and invitations."""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from audit.models import SystemPause


class PasswordLinks(PasswordResetTokenGenerator):
    """Django's, but a restore ends the links from before it.

    A link that was used after the backup would work a second time: the restore brings
    the password back that it was made for.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        newest = SystemPause.objects.order_by("-started_at", "-pk")
        pause = newest.values_list("pk", flat=True).first()
        return f"{super()._make_hash_value(user, timestamp)}{pause or ''}"
