"""Who a person is for the provider of single sign-on, and the code that links them."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models.people import User


class SignInIdentity(models.Model):
    """One account at the provider, by which a person signs in here.

    The provider's issuer and subject name it, and nothing else: a mail address may go
    to another person. A link that has ended stays as a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="sign_in_identities"
    )
    issuer = models.CharField(max_length=255)
    # Upper and lower case differ.
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="ended_identities"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=Q(ended_at__isnull=True),
                name="sign_in_identity_is_of_one_person",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="person_has_one_sign_in_identity",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="sign_in_identity_is_ended_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.linked_at:%Y-%m-%d}"


class SignInCode(models.Model):
    """The open code by which a person links their account at the provider.

    It was mailed to them, works once, and is deleted then. Only its digest is stored.
    """

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="sign_in_code"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.made_at:%Y-%m-%d}"
