"""API keys. `accounts.api_keys` defines their format."""

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models.people import Scope, User
from accounts.querysets import ApiKeyQuerySet


class ApiKey(models.Model):
    """A secret with which a partner's machine acts as a service user.

    The key itself is shown once. Stored are its prefix, to find the row, and its
    SHA-256. A key has 256 random bits, so a slow hash would add nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=24, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(revoked_at__isnull=True),
                name="api_key_name_is_unique_while_not_revoked",
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(Scope.values))
                & Q(scopes__len__gt=0),
                name="api_key_scopes_are_known",
            ),
            models.CheckConstraint(
                condition=Q(created_at__lt=F("expires_at")),
                name="api_key_expires_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, at: datetime) -> bool:
        """Return whether it is not revoked or expired, and its user is active."""
        return self.revoked_at is None and at < self.expires_at and self.user.is_active
