"""API keys. `accounts.api_keys` defines their format."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Scope, User
from accounts.querysets import ApiKeyQuerySet
from accounts.typed.addresses import Address, is_within

# A key that is limited to a body's instruments reads entries and hears of them. It
# writes nothing, and reads no report: a report is about more than its part.
LIMITED_SCOPES = (
    Scope.READ_CLEAR,
    Scope.READ_GREEN,
    Scope.READ_OWN,
    Scope.MANAGE_WEBHOOKS,
)
MAX_NETWORKS = 20
ENDS_SOON = timedelta(days=14)


class ApiKey(models.Model):
    """A secret with which a partner's machine acts as a service user.

    The key itself is shown once. Stored are its prefix, to find the row, and its
    SHA-256. A key has 256 random bits, so a slow hash would add nothing.

    A rotation makes a second key of the same service user, with the same name and
    rights. Both work until the first one ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=24, choices=Scope))
    # The only networks from which it works, as `typed.addresses` writes them. Without
    # any, it works from everywhere.
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    # The slug of an instrument. Its user then sees only entries on commitments that
    # name this instrument, or what it owns.
    instrument_owner = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    # Another key has taken its place, and its name.
    replaced_at = models.DateTimeField(null=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )

    objects = ApiKeyQuerySet.as_manager()

    class State(models.TextChoices):
        """Whether the key works. A replaced one does, until it ends."""

        ACTIVE = "active", _("Active")
        REPLACED = "replaced", _("Replaced, still works")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    class Meta:
        constraints = [
            # The two keys of a rotation have one name, and the newer one keeps it.
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="api_key_name_is_unique_while_in_use",
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
            models.CheckConstraint(
                condition=Q(networks__len__lte=MAX_NETWORKS),
                name="api_key_networks_are_few",
            ),
            models.CheckConstraint(
                condition=Q(instrument_owner="")
                | Q(scopes__contained_by=list(LIMITED_SCOPES)),
                name="api_key_of_a_body_only_reads_entries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def state_at(self, at: datetime) -> State:
        if self.revoked_at is not None:
            return self.State.REVOKED
        if at >= self.expires_at:
            return self.State.EXPIRED
        return self.State.ACTIVE if self.replaced_at is None else self.State.REPLACED

    def ends_soon(self, at: datetime) -> bool:
        """Return whether it ends within 14 days, and no other key replaces it."""
        is_active = self.state_at(at) is self.State.ACTIVE
        return is_active and self.expires_at - at <= ENDS_SOON

    def is_usable(self, at: datetime) -> bool:
        """Return whether it is not revoked or expired, and its user is active."""
        return self.revoked_at is None and at < self.expires_at and self.user.is_active

    def acting_user(self) -> User:
        """Return the service user, with the rights that this key leaves it."""
        self.user.scopes = frozenset(self.scopes)
        self.user.instrument_owner = self.instrument_owner or None
        return self.user

    def works_from(self, address: Address | None) -> bool:
        """Return whether the key may be used from an address, None if not known."""
        return is_within(address, self.networks)


class ApiKeyUse(models.Model):
    """A request that was sent with a key, kept for 90 days for the key's delegation.

    It says what was asked for in general: the route, without a query or an id, and the
    network of the sender, without the machine. A worker writes it: the request itself
    waits for nothing. See `accounts.actions.key_uses`.
    """

    # Made by the request, so that a batch that is written twice is there once.
    id = models.UUIDField(primary_key=True, editable=False)
    key = models.ForeignKey(
        ApiKey, on_delete=models.PROTECT, related_name="uses", db_index=False
    )
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    route = models.CharField(max_length=80)
    status = models.PositiveSmallIntegerField()
    network = models.CharField(max_length=43, blank=True)

    class Meta:
        indexes = [
            models.Index("key", F("at").desc(), "id", name="api_key_use_newest"),
            models.Index(fields=["at"], name="api_key_use_at"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.at:%Y-%m-%d %H:%M:%S}"
