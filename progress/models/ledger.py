"""The ledger: one record for each publication, chained to the record before it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SHA256_LENGTH = 64
_HEX = r"^[0-9a-f]{64}$"


class LedgerRecord(models.Model):
    """One publication, withdrawal or assessment.

    `sequence` counts from 1 without gaps. `progress.ledger.chain` defines the hashes.
    An entry or a score points to its record, not the record to it.
    """

    class Kind(models.TextChoices):
        PUBLICATION = "publication", _("Publication")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        ASSESSMENT = "assessment", _("Assessment")

    sequence = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=11, choices=Kind)
    recorded_at = models.DateTimeField()
    content_sha256 = models.CharField(max_length=SHA256_LENGTH)
    previous_sha256 = models.CharField(max_length=SHA256_LENGTH, unique=True)
    sha256 = models.CharField(max_length=SHA256_LENGTH, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sequence__gte=1), name="ledger_record_counts_from_one"
            ),
            models.CheckConstraint(
                condition=Q(
                    content_sha256__regex=_HEX,
                    previous_sha256__regex=_HEX,
                    sha256__regex=_HEX,
                ),
                name="ledger_record_hashes_are_sha256",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class TrailRecord(models.Model):
    """One act that the record rests on, as it was when it was recorded.

    A chain of its own beside the ledger, which keeps its form. `content` is canonical
    JSON of the rows of the act: `progress.ledger.trail_content` builds it. A text is
    in it as a hash with this row's random salt only. Legal erasure empties the salt.
    """

    class Kind(models.TextChoices):
        START = "start", _("Start of the trail")
        PLAN = "plan", _("Wording of a plan")
        PRESIDENCY = "presidency", _("Presidency")
        OPENING = "opening", _("Opening of a stocktake")
        EXTENSION = "extension", _("Extension")
        PUBLICATION = "publication", _("Publication")
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")
        RELEASE = "release", _("Release of a score table")
        CLOSING = "closing", _("Closing of a stocktake")
        HANDOVER = "handover", _("Handover")
        RECEIPT = "receipt", _("Receipt of a handover")
        ERASURE = "erasure", _("Legal erasure")

    sequence = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=11, choices=Kind)
    # The key of the row that the act is about, or the slug of its plan.
    subject = models.CharField(max_length=64)
    content = models.TextField()
    salt = models.CharField(max_length=64, blank=True)
    content_sha256 = models.CharField(max_length=SHA256_LENGTH)
    previous_sha256 = models.CharField(max_length=SHA256_LENGTH, unique=True)
    sha256 = models.CharField(max_length=SHA256_LENGTH, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], name="trail_record_is_one_for_an_act"
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1, subject__regex=r"^[-a-zA-Z0-9_]+$"),
                name="trail_record_has_a_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256


class LedgerSeal(models.Model):
    """The single row with the instant up to which the ledger is final.

    Every later publication gets a later instant. A report of that instant therefore
    has the same content whenever it is compiled.
    """

    id = models.BooleanField(primary_key=True, default=True)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=True), name="ledger_seal_is_one_row"),
        ]

    def __str__(self) -> str:
        return f"sealed up to {self.sealed_at}"


class Checkpoint(models.Model):
    """A signed head of the ledger, one for each day.

    It shows that no records were cut off at the end. A row counts only if its signature
    is good: see `progress.ledger.checkpoints`.
    """

    day = models.DateField(db_index=True)
    # The number of the head's record. It is not signed, since it would reveal a count.
    sequence = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=SHA256_LENGTH)
    # The head of the trail on which the publications rest. Empty before it began.
    trail_sha256 = models.CharField(max_length=SHA256_LENGTH, blank=True, default="")
    signed_at = models.DateTimeField()
    # SHA-256 of the raw public half of the Ed25519 key (RFC 8032), in hexadecimal.
    key_sha256 = models.CharField(max_length=SHA256_LENGTH)
    # 64 bytes, in hexadecimal, over `line`.
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"{self.day} {self.sha256}"
