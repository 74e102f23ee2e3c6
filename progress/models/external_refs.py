"""The names that partners' systems give to the entries they send."""

from django.db import models
from django.db.models import Q

from accounts.models import Member, User
from progress import limits
from progress.models.entries import Entry


class ExternalRef(models.Model):
    """What a partner's system calls an entry, so that it can send it again.

    A correction has the reference of what it corrects. Only the newest entry of a chain
    is current, and no two current ones of a member have the same reference. The
    database keeps `is_current` with each move of an entry: see the migration.
    """

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="external_ref"
    )
    # The member of the entry.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="external_refs", db_index=False
    )
    text = models.CharField(max_length=limits.EXTERNAL_REF)
    # The entry is neither superseded nor discarded.
    is_current = models.BooleanField(default=True)
    # Who sent the entry last, and who had written the text that they sent or saw then,
    # and when. A later text of another person is never written over by sending again.
    sender = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="sent_external_refs"
    )
    known_text_at = models.DateTimeField()
    known_text_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="external_refs_of_texts"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "text"],
                condition=Q(is_current=True),
                name="external_ref_is_unique_of_a_member",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="external_ref_has_a_text"
            ),
        ]
        indexes = [
            models.Index(fields=["text", "member"], name="external_ref_by_text"),
        ]

    def __str__(self) -> str:
        return self.text
