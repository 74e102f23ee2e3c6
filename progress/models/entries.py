"""The dated entry and its evidence."""

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.languages import TAG_LENGTH, TAG_PATTERN
from accounts.models import Member, User
from commitments.models import MemberCommitment
from progress import limits
from progress.models.annotations import Annotation
from progress.models.choices import Handling, State, Status
from progress.models.evidence import Evidence
from progress.models.ledger import LedgerRecord
from progress.models.stocktakes import Stocktake
from progress.querysets.changes import CHANGE_HANDLING
from progress.querysets.entries import IN_PROGRESS, PUBLICATION, EntryQuerySet

# The columns that decide whether a reader sees an entry.
_SIGHT = ["member_commitment", "state", "handling", "kind", "supersedes"]


class Entry(models.Model):
    """One dated stocktake entry against one member commitment.

    Three dates are kept apart: `as_of` (when the fact held), `written_at` and
    `published_at`. A published row is never written again: whether it was corrected
    or withdrawn is known from its successor alone.
    """

    class Kind(models.TextChoices):
        UPDATE = "update", _("Update")
        CORRECTION = "correction", _("Correction")
        WITHDRAWAL = "withdrawal", _("Withdrawal")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of these two alone: `entry_of_one_by_day`, `entry_by_stocktake`.
    member_commitment = models.ForeignKey(
        MemberCommitment,
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
    )
    stocktake = models.ForeignKey(
        Stocktake,
        on_delete=models.PROTECT,
        null=True,
        related_name="entries",
        db_index=False,
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.UPDATE)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successors"
    )
    # The handling of the entry it supersedes, or nothing. The database writes it.
    supersedes_handling = models.CharField(
        max_length=5, choices=Handling, blank=True, editable=False
    )
    # Why this corrects or withdraws the entry it supersedes.
    reason = models.CharField(max_length=limits.REASON, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # Counts every write, so that an editor can name the text it started from.
    version = models.PositiveIntegerField(default=1)

    as_of = models.DateField()
    status = models.CharField(max_length=14, choices=Status, blank=True)
    is_at_risk = models.BooleanField(default=False)
    # A BCP 47 tag, copied from the member when the draft began. Old rows have none.
    language = models.CharField(max_length=TAG_LENGTH, blank=True)
    narrative = models.CharField(max_length=limits.NARRATIVE, blank=True)
    next_steps = models.CharField(max_length=limits.NEXT_STEPS, blank=True)
    obstacles = models.CharField(max_length=limits.OBSTACLES, blank=True)
    handling = models.CharField(max_length=5, choices=Handling, default=Handling.GREEN)
    evidence = models.ManyToManyField(
        Evidence, through="EntryEvidence", related_name="entries"
    )

    # For a text carried forward: the day since which it is unchanged, and who confirmed
    # that it still holds (rule 9). An edit of the text clears the day.
    unchanged_since = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="confirmed_entries"
    )

    # Who changed it last. Everybody who did is in `authors`: no author clears it.
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="written_entries"
    )
    # When it first reached the Presidency. A recall clears this, a return does not.
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="submitted_entries"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="published_entries"
    )
    # The facts of that moment: for which member the publisher acted, and whether the
    # member had to clear the entry. None: published before these facts were recorded.
    publisher_member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="publications"
    )
    was_clearance_needed = models.BooleanField(null=True)
    # Written in the same transaction as the publication: the foreign key is deferred.
    ledger_record = models.OneToOneField(
        LedgerRecord, on_delete=models.PROTECT, null=True, related_name="entry"
    )

    objects = EntryQuerySet.as_manager()

    # Is there a correction or withdrawal of it that is not discarded?
    has_live_successor = Annotation[bool]("EntryQuerySet.with_successors")
    # May its reader know of the entry that it supersedes?
    is_supersession_seen = Annotation[bool]("EntryQuerySet.redacted_to")
    # Since when its text is unchanged, as far as its reader may know.
    visible_unchanged_since = Annotation[date | None](
        "EntryQuerySet.with_visible_unchanged_since"
    )
    # Was it released from a stocktake, so that the stocktake could close?
    was_released = Annotation[bool]("EntryQuerySet.with_releases")
    extended_until = Annotation[datetime | None]("EntryQuerySet.with_time")
    evidence_count = Annotation[int]("EntryQuerySet.annotated")
    # Was a later entry withdrawn, so that this one is reinstated?
    shows_again = Annotation[bool]("EntryQuerySet.annotated")
    # Is it published, not superseded, and no withdrawal?
    is_in_force = Annotation[bool]("EntryQuerySet.with_in_force")
    # Did a head agree that anyone may read it?
    is_agreed_public = Annotation[bool]("EntryQuerySet.with_public_agreement")
    # The last move: its verb and its reason.
    last_verb = Annotation[str | None]("EntryQuerySet.with_last_move")
    last_reason = Annotation[str | None]("EntryQuerySet.with_last_move")
    # The last comment in one of its threads.
    last_comment_member = Annotation[str | None]("EntryQuerySet.with_last_comment")
    last_comment_at = Annotation[datetime]("EntryQuerySet.with_last_comment")
    comment_count = Annotation[int]("EntryQuerySet.with_comment_count")

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["member_commitment"],
                condition=Q(kind="update") & Q(state__in=list(IN_PROGRESS)),
                name="entry_one_update_at_work",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state="discarded"),
                name="entry_has_one_successor",
            ),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__regex=TAG_PATTERN),
                name="entry_language_is_a_tag",
            ),
            models.CheckConstraint(
                condition=Q(kind="update", supersedes__isnull=True, reason="")
                | (
                    Q(kind__in=["correction", "withdrawal"], supersedes__isnull=False)
                    & ~Q(reason="")
                ),
                name="entry_supersedes_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="entry_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="published",
                    published_at__isnull=False,
                    published_by__isnull=False,
                    ledger_record__isnull=False,
                )
                | (
                    ~Q(state="published")
                    & Q(
                        published_at__isnull=True,
                        published_by__isnull=True,
                        ledger_record__isnull=True,
                    )
                ),
                name="entry_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_clearance", "discarded"])
                | (Q(submitted_at__isnull=False) & ~Q(status="") & ~Q(narrative="")),
                name="entry_is_complete_once_submitted",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="entry_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(unchanged_since__isnull=True)
                | Q(confirmed_at__isnull=False)
                | Q(state__in=["draft", "discarded"]),
                name="entry_carried_forward_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(unchanged_since__isnull=True, confirmed_at__isnull=True)
                | Q(unchanged_since__isnull=False, kind="update"),
                name="entry_carries_an_update_forward",
            ),
        ]
        indexes = [
            # Positions: the newest published entry of each member commitment.
            models.Index(
                fields=[
                    "member_commitment",
                    "-as_of",
                    "-published_at",
                    "-ledger_record",
                ],
                condition=Q(state="published"),
                include=["id", "state", "handling", "kind", "stocktake"],
                name="entry_position",
            ),
            # Reinstated entries: withdrawals are few, and every position looks for one.
            models.Index(
                fields=["member_commitment"],
                condition=Q(kind="withdrawal", state="published"),
                name="entry_withdrawal",
            ),
            models.Index(fields=["state", "id"], name="entry_state"),
            # Threads with the Presidency: those that can still be written in.
            models.Index(
                fields=["member_commitment"],
                condition=Q(submitted_at__isnull=False) & ~Q(state="published"),
                name="entry_open_to_comments",
            ),
            # Work in progress is little beside what is published.
            models.Index(
                fields=["member_commitment"],
                condition=Q(state__in=list(IN_PROGRESS)),
                name="entry_in_progress",
            ),
            # The orders of the API's list. They hold all that decides whether a reader
            # sees the entry: a filter by plan or member, or a part of the list that the
            # reader does not see, passes many.
            models.Index(
                fields=["-as_of", "-id"],
                include=[*_SIGHT, "published_at"],
                name="entry_by_day",
            ),
            models.Index(
                fields=["member_commitment", "-as_of", "-id"],
                include=_SIGHT[1:],
                name="entry_of_one_by_day",
            ),
            models.Index(
                fields=["written_at", "id"],
                include=_SIGHT,
                name="entry_by_writing",
            ),
            models.Index(
                PUBLICATION,
                "id",
                include=[*_SIGHT, "published_at"],
                name="entry_by_publication",
            ),
            # Its filters, in its default order. Some values are rare.
            models.Index(fields=["status", "-as_of", "-id"], name="entry_by_status"),
            models.Index(
                fields=["handling", "-as_of", "-id"], name="entry_by_handling"
            ),
            models.Index(
                fields=["language", "-as_of", "-id"], name="entry_by_language"
            ),
            models.Index(
                fields=["stocktake", "-as_of", "-id"],
                include=_SIGHT,
                name="entry_by_stocktake",
            ),
            models.Index(
                fields=["kind", "-as_of", "-id"],
                condition=~Q(kind="update"),
                name="entry_by_kind",
            ),
            # Changes, for the readers of each handling label, in their order.
            models.Index(
                CHANGE_HANDLING,
                "ledger_record",
                condition=Q(state="published"),
                name="entry_change",
            ),
            models.Index(
                "member_commitment",
                CHANGE_HANDLING,
                "ledger_record",
                condition=Q(state="published"),
                name="entry_change_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.member_commitment)

    @property
    def member_code(self) -> str:
        return self.member_commitment.member_id

    @property
    def is_withdrawal(self) -> bool:
        return self.kind == self.Kind.WITHDRAWAL

    @property
    def shown_kind(self) -> str:
        """The kind as its reader may know it: see `redacted_to`."""
        return self.kind if self.is_supersession_seen else self.Kind.UPDATE

    @property
    def is_unconfirmed(self) -> bool:
        """Whether its text was carried forward and no one has confirmed it yet."""
        return self.unchanged_since is not None and self.confirmed_at is None

    @property
    def is_shown_as_update(self) -> bool:
        return self.shown_kind == self.Kind.UPDATE

    @property
    def is_shown_as_correction(self) -> bool:
        return self.shown_kind == self.Kind.CORRECTION

    def is_late_at(self, at: datetime) -> bool:
        """Whether it is late if it reaches the Presidency at this instant.

        Corrections and withdrawals have no deadline.
        """
        stocktake = self.stocktake if self.kind == self.Kind.UPDATE else None
        return stocktake is not None and stocktake.is_past_due(at)

    @property
    def is_late(self) -> bool:
        """Whether it is an update that reached the Presidency after the deadline."""
        return self.submitted_at is not None and self.is_late_at(self.submitted_at)


class EntryEvidence(models.Model):
    """One item of evidence of one entry, at its position in the list."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="evidence_links"
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="entry_links"
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "position"], name="entry_evidence_position_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(position__lt=limits.EVIDENCE_ITEMS),
                name="entry_evidence_is_limited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.position}"
