"""The guidelines of assessing bodies: what earns which score."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import AssessingBody, User
from commitments.models import Commitment
from progress import limits
from progress.querysets.assessments import GuidelineQuerySet


class Guideline(models.Model):
    """What earns which score for one commitment, as one body sees it.

    A published one never changes: a new text is a new number. Of one body and
    commitment at most one is not published yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(
        AssessingBody, on_delete=models.PROTECT, related_name="guidelines"
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="guidelines"
    )
    number = models.PositiveIntegerField(default=1)
    text = models.CharField(max_length=limits.GUIDELINE, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="written_guidelines"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="published_guidelines"
    )
    # Counts every write, so that an editor can name the text it started from.
    version = models.PositiveIntegerField(default=1)

    objects = GuidelineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "commitment", "number"],
                name="guideline_number_is_unique",
            ),
            models.UniqueConstraint(
                fields=["body", "commitment"],
                condition=Q(published_at__isnull=True),
                name="guideline_is_one_at_work",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="guideline_counts_from_one"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | (
                    Q(published_at__isnull=False, published_by__isnull=False)
                    & ~Q(text="")
                ),
                name="guideline_is_published_by_somebody_with_words",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(published_at__gte=F("written_at")),
                name="guideline_is_written_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.commitment_id} {self.number}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
