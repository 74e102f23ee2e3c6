"""Action plans and their commitments, with the official wording and numbers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import EditedRow, Member, User
from accounts.wording.names import NameColumn, in_language
from commitments.querysets import (
    CommitmentQuerySet,
    LeadAndTargetVersionQuerySet,
    MemberCommitmentQuerySet,
)
from commitments.short_titles import SHORT_TITLE_LENGTH


class Summit(EditedRow):
    """A meeting of the leaders. The dates of an announced one may be unknown."""

    edited_fields = ("name", "year", "host", "place", "starts_on", "ends_on")

    slug = models.SlugField(unique=True)
    name = NameColumn(max_length=80, context="summit")
    year = models.PositiveSmallIntegerField()
    host = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="summits")
    place = NameColumn(max_length=80, blank=True, context="place")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, ends_on__isnull=True)
                | Q(starts_on__lte=models.F("ends_on")),
                name="summit_dates_are_known_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"

    @property
    def title(self) -> str:
        """The name and the year in the active language."""
        return f"{in_language(self.name)} {self.year}"


class Plan(models.Model):
    """An adopted action plan, with the full text it was loaded from."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    summit = models.ForeignKey(Summit, on_delete=models.PROTECT, related_name="plans")
    adopted_on = models.DateField()
    preamble = models.TextField()
    source_text = models.TextField()
    source_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.title


class Action(models.Model):
    """A numbered part of a plan, for example `1`."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="action_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        return str(self.number)


class SubArea(models.Model):
    """A part of an action with a heading, for example `1.2`. Some actions have none."""

    action = models.ForeignKey(
        Action, on_delete=models.PROTECT, related_name="sub_areas"
    )
    number = models.PositiveSmallIntegerField()
    # The printed code, `<action>.<sub-area>`, stored so that lists can filter by it.
    code = models.CharField(max_length=7)
    title = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "number"], name="sub_area_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Instrument(EditedRow):
    """A treaty, resolution, body, programme or database that a commitment names."""

    edited_fields = ("name", "kind", "owner")

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("Resolution")
        CONVENTION = "convention", _("Convention")
        BODY = "body", _("Body")
        PROGRAMME = "programme", _("Programme")
        DATABASE = "database", _("Database")
        STRATEGY = "strategy", _("Strategy or plan")
        DATA = "data", _("Category of data")

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind)
    # Who keeps or runs it. The database refuses a circle of owners.
    owner = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="owned"
    )

    def __str__(self) -> str:
        return self.name


class Commitment(EditedRow):
    """A bullet of the plan: its official wording, verbatim, and its number."""

    edited_fields = ("short_title",)

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="commitments")
    action = models.ForeignKey(
        Action, on_delete=models.PROTECT, related_name="commitments"
    )
    sub_area = models.ForeignKey(
        SubArea, on_delete=models.PROTECT, null=True, related_name="commitments"
    )
    # The place in the order of the plan. `code` is text: it sorts 1.10 before 1.2.
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=11)
    text = models.TextField()
    # Ours, and not adopted: for lists and headings where the wording is too long.
    short_title = NameColumn(max_length=SHORT_TITLE_LENGTH, context="short title")
    is_joint = models.BooleanField()
    instruments = models.ManyToManyField(Instrument, related_name="commitments")

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="commitment_code_is_unique"
            ),
            models.UniqueConstraint(
                fields=["plan", "position"], name="commitment_position_is_unique"
            ),
            models.UniqueConstraint(
                fields=["plan", "short_title"], name="commitment_short_title_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(short_title__regex=r"\S"),
                name="commitment_has_a_short_title",
            ),
        ]
        indexes = [
            # Entries by commitment, across all plans.
            models.Index(fields=["position", "plan"], name="commitment_by_position"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def heading(self) -> str:
        return f"{self.code} {in_language(self.short_title)}"


class Acronym(EditedRow):
    """An acronym that a report explains where it contains it."""

    edited_fields = ("acronym", "meaning")

    acronym = models.CharField(max_length=20, unique=True)
    meaning = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.acronym


class Clause(models.Model):
    """A promise in a bullet that has several, with its letter: (a), (b) …"""

    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="clauses"
    )
    letter = models.CharField(max_length=1)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "letter"], name="clause_letter_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.code} ({self.letter})"


class MemberCommitment(models.Model):
    """One commitment of one member. Progress is tracked for each of these."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, related_name="member_commitments"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="member_commitments"
    )
    # Counts the writes, so that a form can name the version it started from.
    version = models.PositiveIntegerField(default=1)

    objects = MemberCommitmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "member"], name="member_commitment_is_unique"
            ),
        ]
        indexes = [
            # Entries by member.
            models.Index(
                fields=["member", "commitment"], name="member_commitment_by_member"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment.code} {self.member_id}"


class LeadAndTargetVersion(models.Model):
    """The lead authority and the target date from an instant on, set by a delegation.

    Rows are only ever added. Without a person are those from before this table, and
    illustrative ones.
    """

    member_commitment = models.ForeignKey(
        MemberCommitment,
        on_delete=models.PROTECT,
        related_name="lead_and_target_versions",
        db_index=False,
    )
    lead_authority = models.CharField(max_length=200, blank=True)
    target_on = models.DateField(null=True, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="lead_and_target_versions",
    )

    objects = LeadAndTargetVersionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["member_commitment", "-id"], name="newest_lead_and_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_commitment_id} {self.set_at:%Y-%m-%d %H:%M}"
