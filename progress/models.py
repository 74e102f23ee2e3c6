"""What was done about it: dated entries against what each member promised."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from commitments.models import MemberCommitment, Plan
from progress import limits
from progress.querysets import EntryQuerySet, RoundQuerySet, StocktakeQuerySet


class State(models.TextChoices):
    """Where a row is in the workflow."""

    DRAFT = "draft", _("Draft")
    IN_CLEARANCE = "in_clearance", _("In clearance")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class Status(models.TextChoices):
    """What is said about the commitment. Ordinal, but for the last."""

    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited progress")
    SUBSTANTIAL = "substantial", _("Substantial progress")
    IMPLEMENTED = "implemented", _("Implemented")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Handling(models.TextChoices):
    """Traffic Light Protocol 2.0 labels, with this product's narrower audiences."""

    CLEAR = "clear", "TLP:CLEAR"
    GREEN = "green", "TLP:GREEN"
    AMBER = "amber", "TLP:AMBER"


class Stocktake(models.Model):
    """One exercise over all members before a summit.

    Planned until `opened_at`, open until `closed_at`. Every deadline is an instant.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="stocktakes")
    slug = models.SlugField()
    title = models.CharField(max_length=120)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    grace_ends_at = models.DateTimeField()
    second_reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="second_reviews"
    )
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="opened_stocktakes"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="closed_stocktakes"
    )

    objects = StocktakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "slug"], name="stocktake_slug_is_unique_in_its_plan"
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
                name="stocktake_one_open_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("due_at"))
                & Q(due_at__lte=F("grace_ends_at")),
                name="stocktake_dates_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_by__isnull=True)
                | Q(
                    opened_at__isnull=False,
                    opened_by__isnull=False,
                    second_reviewer__isnull=False,
                ),
                name="stocktake_opened_by_somebody_with_a_second_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    opened_at__isnull=False,
                ),
                name="stocktake_closed_by_somebody_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> "Stocktake.State":
        if self.closed_at is not None:
            return self.State.CLOSED
        return self.State.PLANNED if self.opened_at is None else self.State.OPEN


class Evidence(models.Model):
    """A link or citation that supports what an entry says. Never edited: replaced."""

    class Kind(models.TextChoices):
        LINK = "link", _("Link")
        CITATION = "citation", _("Citation")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=limits.EVIDENCE_TITLE)
    url = models.CharField(max_length=limits.URL, blank=True)
    citation = models.CharField(max_length=limits.CITATION, blank=True)
    accessed_on = models.DateField(null=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="added_evidence"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="link", url__regex=r"^https?://", citation="")
                | (Q(kind="citation", url="") & ~Q(citation="")),
                name="evidence_is_a_link_or_a_citation",
            ),
        ]

    def __str__(self) -> str:
        return self.title


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

    objects = EntryQuerySet.as_manager()

    # Set by `with_successors`: is a correction or withdrawal of it at work or out?
    has_live_successor: bool = False
    # Set by `told_within`: may its reader know of what it supersedes?
    is_supersession_seen: bool = False
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
                )
                | (
                    ~Q(state="published")
                    & Q(published_at__isnull=True, published_by__isnull=True)
                ),
                name="entry_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_clearance", "discarded"])
                | (Q(submitted_at__isnull=False) & ~Q(status="") & ~Q(narrative="")),
                name="entry_is_complete_once_submitted",
            ),
        ]
        indexes = [
            # Positions: the newest published entry of each member commitment.
            models.Index(
                fields=["member_commitment", "-as_of", "-published_at", "-id"],
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
        """Its kind, for a reader of it: see `told_within`."""
        return self.kind if self.is_supersession_seen else self.Kind.UPDATE

    def is_late_at(self, at: datetime) -> bool:
        """Would reaching the Presidency at this instant be after the deadline?"""
        return self.stocktake is not None and at > self.stocktake.due_at

    @property
    def is_late(self) -> bool:
        """Did it reach the Presidency after its stocktake was due?"""
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


class Transition(models.Model):
    """One move of an entry: who, when, from which state to which, and why."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="transitions"
    )
    verb = models.CharField(max_length=12)
    before = models.CharField(max_length=12, choices=State, blank=True)
    after = models.CharField(max_length=12, choices=State)
    reason = models.CharField(max_length=limits.REASON, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="transitions")

    def __str__(self) -> str:
        return f"{self.entry_id} {self.before} → {self.after}"


class Round(models.Model):
    """One return of an entry, with the text as it had been submitted."""

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


class Assignment(models.Model):
    """Leave for a contributor to draft one member commitment."""

    member_commitment = models.ForeignKey(
        MemberCommitment, on_delete=models.PROTECT, related_name="assignments"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member_commitment", "user"], name="assignment_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_commitment_id} {self.user_id}"
