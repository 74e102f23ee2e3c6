"""The history of an entry: moves, returns, clearances, releases; and erasure."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from accounts.models import ActingHead, User
from progress import limits
from progress.models.annotations import Annotation
from progress.models.assessments import Assessment, AssessmentComment
from progress.models.choices import State
from progress.models.entries import Entry
from progress.models.guidelines import Guideline
from progress.models.stocktakes import Stocktake
from progress.querysets.entries import RoundQuerySet, TransitionQuerySet
from progress.querysets.stocktakes import ReleaseQuerySet


class Transition(models.Model):
    """One move of an entry: by whom, when, from which state to which, and why."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="transitions"
    )
    verb = models.CharField(max_length=12)
    before = models.CharField(max_length=12, choices=State, blank=True)
    after = models.CharField(max_length=12, choices=State)
    reason = models.CharField(max_length=limits.REASON, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="transitions")

    objects = TransitionQuerySet.as_manager()

    # The member in the chair when it happened.
    chair_then = Annotation[str | None]("TransitionQuerySet.with_chair_then")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.before} → {self.after}"


class Round(models.Model):
    """One return of an entry, with the text that was returned."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=limits.REASON)
    text = models.JSONField()
    returned_at = models.DateTimeField()
    returned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="rounds"
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "number"], name="round_number_is_unique"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="round_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} round {self.number}"

    @property
    def as_of(self) -> date | None:
        """The day of the returned text, if it was kept with it."""
        day = self.text.get("as_of")
        return date.fromisoformat(day) if day else None


class EntryAuthor(models.Model):
    """A person who changed an entry since its draft began, and when they first did."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="authors")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="authored_entries"
    )
    first_changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "user"], name="entry_author_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} changed by {self.user_id}"


class Clearance(models.Model):
    """One signature for the member: who sent the text, and who cleared it."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="clearances"
    )
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="sent_clearances"
    )
    cleared_at = models.DateTimeField()
    cleared_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="signed_clearances"
    )
    # The capital's own reference, and the date it bears.
    capital_reference = models.CharField(
        max_length=limits.CAPITAL_REFERENCE, blank=True
    )
    capital_dated_on = models.DateField(null=True)
    # The period under which an acting head cleared it. None: a head in office did.
    acting_head = models.ForeignKey(
        ActingHead, on_delete=models.PROTECT, null=True, related_name="clearances"
    )

    def __str__(self) -> str:
        return f"{self.entry_id} cleared"


class Release(models.Model):
    """A submitted entry released from its stocktake, so that this one can close."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="releases")
    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, related_name="releases"
    )
    reason = models.CharField(max_length=limits.REASON)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="releases"
    )

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="release_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} from {self.stocktake_id}"


def _is_of(name: str) -> Q:
    """Return the condition that a tombstone is of this, and of nothing else."""
    others = {f"{other}__isnull": True for other in _ERASABLE if other != name}
    return Q((name, F("id")), **others)


_ERASABLE = ("entry", "assessment", "guideline", "comment")


class Tombstone(models.Model):
    """The record that a text was erased by law.

    It is of an entry, a score, a guideline, or a comment on a score. `content_sha256`
    is what the ledger has of it, so the chain is still whole: for an entry or a score
    that of its record, for a guideline that of its text. It is empty if the ledger has
    nothing of it.
    """

    # The id of what was erased.
    id = models.UUIDField(primary_key=True)
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, null=True, related_name="tombstone"
    )
    assessment = models.OneToOneField(
        Assessment, on_delete=models.PROTECT, null=True, related_name="tombstone"
    )
    guideline = models.OneToOneField(
        Guideline, on_delete=models.PROTECT, null=True, related_name="tombstone"
    )
    comment = models.OneToOneField(
        AssessmentComment, on_delete=models.PROTECT, null=True, related_name="tombstone"
    )
    content_sha256 = models.CharField(max_length=64, blank=True)
    # The order or law that required it.
    reason = models.CharField(max_length=limits.REASON)
    erased_at = models.DateTimeField()
    # A name: the command is run on the server, not by an account.
    erased_by = models.CharField(max_length=120)
    # Its place among the changes: erasures count from 1, and `ledger_head` is the
    # number of the last record before it. Both are read under the ledger's lock.
    number = models.PositiveBigIntegerField()
    ledger_head = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(erased_by=""),
                name="tombstone_says_who_and_why",
            ),
            models.UniqueConstraint(
                fields=["number"], name="tombstone_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & (Q(ledger_head__gte=1) | Q(entry__isnull=True)),
                name="tombstone_has_a_place",
            ),
            models.CheckConstraint(
                condition=_is_of("entry")
                | _is_of("assessment")
                | _is_of("guideline")
                | _is_of("comment"),
                name="tombstone_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(content_sha256="")
                | Q(entry__isnull=True, guideline__isnull=True),
                name="tombstone_has_what_the_ledger_has",
            ),
        ]

        indexes = [
            models.Index(fields=["ledger_head", "number"], name="tombstone_change"),
        ]

    def __str__(self) -> str:
        return f"{self.id} erased"
