"""Who in a delegation is responsible for what, and its focal points."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from commitments.models import MemberCommitment
from progress import limits
from progress.querysets.conversations import FocalPointQuerySet


class Assignment(models.Model):
    """What one person does for a member commitment.

    They draft it, or they are responsible for it.
    """

    class Kind(models.TextChoices):
        DRAFTS = "drafts", _("May draft it")
        RESPONSIBLE = "responsible", _("Is responsible for it")

    member_commitment = models.ForeignKey(
        MemberCommitment, on_delete=models.PROTECT, related_name="assignments"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.DRAFTS)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_commitment", "user", "kind"],
                name="assignment_is_unique",
            ),
            models.UniqueConstraint(
                fields=["member_commitment"],
                condition=Q(kind="responsible"),
                name="assignment_one_responsible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_commitment_id} {self.user_id}"


class FocalPoint(models.Model):
    """The person whom the Presidency phones about one member, and their deputy."""

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, primary_key=True, related_name="focal_point"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="focal_points"
    )
    phone = models.CharField(max_length=limits.PHONE, blank=True)
    deputy = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="deputy_focal_points"
    )
    deputy_phone = models.CharField(max_length=limits.PHONE, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="changed_focal_points"
    )
    # Counts every write, so that a form can name the version it started from.
    version = models.PositiveIntegerField(default=1)

    objects = FocalPointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(deputy__isnull=True, deputy_phone="")
                | (Q(deputy__isnull=False) & ~Q(deputy=F("user"))),
                name="focal_point_deputy_is_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member_id)
