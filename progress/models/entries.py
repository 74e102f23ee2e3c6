"""The dated entry, its way through the workflow, and its evidence."""

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from commitments.models import MemberCommitment
from progress import limits
from progress.models.choices import Handling, State, Status
from progress.models.evidence import Evidence
from progress.models.ledger import LedgerRecord
from progress.models.stocktakes import Stocktake
from progress.querysets.entries import EntryQuerySet


class Entry(models.Model):
    """One dated stocktake entry against one member commitment.

    Three dates are kept apart: `as_of` (when the fact held), `written_at` and
    `published_at`. A published row is never written again; what became of it is
    known from its successor alone.
    """

    class Kind(models.TextChoices):
        UPDATE = "update", _("Update")
        CORRECTION = "correction", _("Correction")
        WITHDRAWAL = "withdrawal", _("Withdrawal")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member_commitment = models.ForeignKey(
        MemberCommitment, on_delete=models.PROTECT, related_name="entries"
    )
    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.UPDATE)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successors"
    )
    # Why this corrects or withdraws what it supersedes.
    reason = models.CharField(max_length=limits.REASON, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    # Counts every write, so that an editor can name the text it started from.
    version = models.PositiveIntegerField(default=1)

    as_of = models.DateField()
    status = models.CharField(max_length=14, choices=Status, blank=True)
    is_at_risk = models.BooleanField(default=False)
    narrative = models.CharField(max_length=limits.NARRATIVE, blank=True)
    next_steps = models.CharField(max_length=limits.NEXT_STEPS, blank=True)
    obstacles = models.CharField(max_length=limits.OBSTACLES, blank=True)
    handling = models.CharField(max_length=5, choices=Handling, default=Handling.GREEN)
    evidence = models.ManyToManyField(
        Evidence, through="EntryEvidence", related_name="entries"
    )

    # Carried forward: the day from which these words have stood, and who confirmed that
    # they still hold (rule 9). An edit of the words clears the day.
    unchanged_since = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="confirmed_entries"
    )

    # Whose words these are: a head may not clear text they wrote themselves.
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="written_entries"
    )
    # When it first reached the Presidency; a recall takes it back, a return does not.
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="submitted_entries"
    )
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="published_entries"
    )
    # Written in the same transaction as the publication: the key is deferred.
    ledger_record = models.OneToOneField(
        LedgerRecord, on_delete=models.PROTECT, null=True, related_name="entry"
    )

    objects = EntryQuerySet.as_manager()

    # Set by `with_successors`: is a correction or withdrawal of it at work or out?
    has_live_successor: bool = False
    # Set by `redacted_to`: may its reader know of what it supersedes?
    is_supersession_seen: bool = False
    # Set by it too: since when, of what its reader may know, these words have stood.
    visible_unchanged_since: date | None = None
    # Set by `with_releases`: has it left a stocktake that could not wait for it?
    was_released: bool = True
    # Set by `positions_of`: its items of evidence; is it back after a withdrawal?
    evidence_count: int = 0
    shows_again: bool = False

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["member_commitment"],
                condition=Q(kind="update")
                & Q(state__in=["draft", "in_clearance", "submitted", "returned"]),
                name="entry_one_update_at_work",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state="discarded"),
                name="entry_has_one_successor",
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
                name="entry_position",
            ),
            # What shows again: withdrawals are few, and looked for beside every entry.
            models.Index(
                fields=["member_commitment"],
                condition=Q(kind="withdrawal", state="published"),
                name="entry_withdrawal",
            ),
            models.Index(fields=["state", "id"], name="entry_state"),
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
        """Its kind, for a reader of it: see `redacted_to`."""
        return self.kind if self.is_supersession_seen else self.Kind.UPDATE

    def is_late_at(self, at: datetime) -> bool:
        """Would reaching the Presidency at this instant be after the deadline?

        A correction or withdrawal has none.
        """
        stocktake = self.stocktake if self.kind == self.Kind.UPDATE else None
        return stocktake is not None and stocktake.is_past_due(at)

    @property
    def is_late(self) -> bool:
        """Did it reach the Presidency after its stocktake was due? Updates alone do."""
        return self.submitted_at is not None and self.is_late_at(self.submitted_at)


class EntryEvidence(models.Model):
    """One item of evidence, in its place under one entry."""

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
