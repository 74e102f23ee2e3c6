"""Up to where a person has read what changed."""

from django.db import models
from django.db.models import Q

from accounts.models import User


class ReadingMark(models.Model):
    """A person's place in the order of changes: what follows is new to them.

    It is a place in the ledger and not an instant, because a publication may become
    visible after a later one. No reader gets to know its numbers: they tell how much
    was published that the reader may not see.
    """

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="reading_mark"
    )
    # See `progress.changes.places.Place`.
    ledger_number = models.PositiveBigIntegerField()
    erasure_number = models.PositiveBigIntegerField()
    marked_at = models.DateTimeField()
    # What has no place in the ledger, such as a report, is new if it came later. Null:
    # later than `marked_at`.
    seen_until = models.DateTimeField(null=True)
    # The mark before, to which the person can return once. Null: there was none.
    previous_ledger_number = models.PositiveBigIntegerField(null=True)
    previous_erasure_number = models.PositiveBigIntegerField(null=True)
    previous_marked_at = models.DateTimeField(null=True)
    previous_seen_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    previous_ledger_number__isnull=True,
                    previous_erasure_number__isnull=True,
                    previous_marked_at__isnull=True,
                )
                | Q(
                    previous_ledger_number__isnull=False,
                    previous_erasure_number__isnull=False,
                    previous_marked_at__isnull=False,
                ),
                name="reading_mark_before_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.marked_at}"

    @property
    def can_be_undone(self) -> bool:
        """Whether the person can return to the mark before."""
        return self.previous_marked_at != self.marked_at
