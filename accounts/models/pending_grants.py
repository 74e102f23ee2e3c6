"""Grants of rights that take effect only after a second administrator agrees."""

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.assessing_bodies import AssessingBody
from accounts.models.members import Member
from accounts.models.people import Role, User
from accounts.querysets import OPEN_FOR, PendingGrantQuerySet


class PendingGrant(models.Model):
    """What one administrator asks for and another agrees to. See docs/rules.md.

    It never changes afterwards: the database lets the notice, the decision and the new
    person be filled in, once.
    """

    class Kind(models.TextChoices):
        """What changes. A clash is a head's invitation of an address in use."""

        ACCOUNT = "account", _("New account")
        ROLES = "roles", _("Change of roles")
        ACCESS = "access", _("Access again")
        ADDRESS = "address", _("Change of address")
        SIGN_IN = "sign_in", _("Reset of the sign-in")
        CLASH = "clash", _("Invitation of an address in use")

    class Decision(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", pgettext_lazy("of administrators", "Refused")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second administrator")
        AGREED = "agreed", _("In effect")
        REFUSED = "refused", pgettext_lazy("of administrators", "Refused")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    # Empty for a new account until it is made.
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="grants"
    )
    # The member whose entries the person can read with it, or reads already.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="grants"
    )
    # The body whose drafts the person can read with it, or reads already.
    body = models.ForeignKey(
        AssessingBody,
        on_delete=models.PROTECT,
        null=True,
        related_name="grants",
        db_index=False,
    )
    # The account as it will be.
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254)
    roles = ArrayField(models.CharField(max_length=16, choices=Role))
    language = models.CharField(max_length=35, blank=True)
    role_ends_on = models.DateField(null=True)
    # The account as it was when it was asked for: see `accounts.profiles.basis_of`.
    basis = models.JSONField(default=dict)
    # The member has no head to notify: the Presidency's coordinators are, instead.
    is_for_presidency = models.BooleanField(default=False)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="requested_grants"
    )
    # When the heads, or the Presidency, got their notices.
    notified_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=7, choices=Decision, null=True)  # noqa: DJ001 - filled once
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="decided_grants"
    )

    objects = PendingGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(decided_at__isnull=True),
                name="pending_grant_is_one_a_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    decision__isnull=True,
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | Q(
                    decision__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="pending_grant_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decision="agreed") | ~Q(decided_by=F("requested_by")),
                name="pending_grant_is_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(decision="agreed")
                | Q(notified_at__isnull=False, person__isnull=False),
                name="pending_grant_is_notified_before_it_is_agreed",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["account", "clash"]) | Q(person__isnull=False),
                name="pending_grant_names_its_person",
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=True)
                | Q(roles__contains=[Role.ASSESSOR], member__isnull=True),
                name="pending_grant_of_a_body_is_of_an_assessor",
            ),
            models.CheckConstraint(
                condition=~Q(kind="clash", decision="agreed"),
                name="pending_grant_of_an_address_in_use_is_not_agreed",
            ),
        ]
        indexes = [
            models.Index(F("requested_at").desc(), "id", name="pending_grant_newest"),
            models.Index(
                fields=["member", "requested_at"], name="pending_grant_of_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.email}"

    @property
    def expires_at(self) -> datetime:
        return self.requested_at + OPEN_FOR

    def state_at(self, at: datetime) -> State:
        """Return whether it waits, has taken effect, or never will."""
        if self.decision is not None:
            return self.State(self.decision)
        return self.State.EXPIRED if self.expires_at <= at else self.State.WAITING

    def is_waiting(self, at: datetime) -> bool:
        return self.state_at(at) is self.State.WAITING

    @property
    def role_labels(self) -> list[str]:
        """Return the labels of the roles, in their stored order."""
        return [str(Role(role).label) for role in self.roles]
