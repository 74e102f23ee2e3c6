"""The scores of an assessing body: its tables, their cells, and comments on them.

They are shown beside what members say of themselves, and never mixed with it: ADR 35.
"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AssessingBody, Member, User
from commitments.models import MemberCommitment
from progress import limits
from progress.models.annotations import Annotation
from progress.models.choices import Handling
from progress.models.guidelines import Guideline
from progress.models.ledger import LedgerRecord
from progress.models.stocktakes import Stocktake
from progress.querysets.assessments import (
    AssessmentCommentQuerySet,
    AssessmentQuerySet,
    AssessmentTableQuerySet,
)

SCORE_LENGTH = 14


class Score(models.TextChoices):
    """What a body gives a promise. An empty text means that it is not scored yet."""

    FULL = "1", _("Full compliance")
    PARTIAL = "0", _("Partial compliance or work in progress")
    NONE = "-1", _("No compliance")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class AssessmentTable(models.Model):
    """One body's scores for a stocktake: a cell for each commitment and member.

    Tables of one body and stocktake follow each other in one line, by `number`. A
    discarded table keeps its row, and its number is free again. A released table takes
    the place of the last one that was released before it, whether or not `supersedes`
    names that one: see `AssessmentTableQuerySet.as_known_at`.
    """

    class Phase(models.TextChoices):
        INTERIM = "interim", pgettext_lazy("score table", "Interim")
        FINAL = "final", pgettext_lazy("score table", "Final")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FEEDBACK = "in_feedback", pgettext_lazy("score table", "Open for feedback")
        RELEASED = "released", pgettext_lazy("score table", "Released")
        DISCARDED = "discarded", pgettext_lazy("score table", "Discarded")

    class CommentsAudience(models.TextChoices):
        """Who reads comments, besides the body and the delegation that wrote."""

        BODY = "body", _("Only the delegation that wrote them, and the body")
        DELEGATIONS = "delegations", _("All delegations")
        READERS = "readers", _("Everyone who signs in and reads the table")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(
        AssessingBody, on_delete=models.PROTECT, related_name="assessment_tables"
    )
    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, related_name="assessment_tables"
    )
    phase = models.CharField(max_length=7, choices=Phase)
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=11, choices=State, default=State.DRAFT)
    # The table that this one revises. It began as a copy of it.
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="successors"
    )
    handling = models.CharField(max_length=5, choices=Handling, default=Handling.GREEN)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="begun_assessment_tables"
    )
    feedback_opened_at = models.DateTimeField(null=True)
    feedback_opened_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="assessment_tables_opened_for_feedback",
    )
    # Comments are accepted before this instant.
    feedback_until = models.DateTimeField(null=True)
    comments_audience = models.CharField(
        max_length=11, choices=CommentsAudience, blank=True
    )
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="released_assessment_tables",
    )
    # Counts every change of its state, so that a form can name the one it showed.
    version = models.PositiveIntegerField(default=1)

    objects = AssessmentTableQuerySet.as_manager()

    # Is there a table that revises it and is not discarded?
    has_live_successor = Annotation[bool]("AssessmentTableQuerySet.with_successors")
    # Is a final table of its body and stocktake released?
    has_final_release = Annotation[bool]("AssessmentTableQuerySet.with_successors")
    # When a table released after it took its place; None if none did.
    superseded_at = Annotation[datetime | None](
        "AssessmentTableQuerySet.with_superseding"
    )
    # The released table whose place it takes or took, or None.
    replaced_id = Annotation[uuid.UUID | None]("AssessmentTableQuerySet.with_replaced")
    # When its delegations could comment no more.
    feedback_ended_at = Annotation[datetime]("AssessmentTableQuerySet.past_feedback")
    # How many comments the reader's delegation wrote.
    own_comment_count = Annotation[int]("AssessmentTableQuerySet.with_comments_of")
    # How many cells it has, and how many of them have a score.
    cell_count = Annotation[int]("AssessmentTableQuerySet.with_counts")
    scored_count = Annotation[int]("AssessmentTableQuerySet.with_counts")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "stocktake", "number"],
                condition=~Q(state="discarded"),
                name="assessment_table_number_is_unique",
            ),
            models.UniqueConstraint(
                fields=["body", "stocktake"],
                condition=Q(state="draft"),
                name="assessment_table_is_one_draft",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state="discarded"),
                name="assessment_table_has_one_successor",
            ),
            models.CheckConstraint(
                condition=Q(number=1, supersedes__isnull=True)
                | Q(number__gt=1, supersedes__isnull=False),
                name="assessment_table_number_one_revises_none",
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["interim", "final"]),
                name="assessment_table_phase_is_known",
            ),
            models.CheckConstraint(
                condition=Q(handling__in=["clear", "green"]),
                name="assessment_table_is_clear_or_green",
            ),
            models.CheckConstraint(
                condition=Q(
                    comments_audience__in=["", "body", "delegations", "readers"]
                ),
                name="assessment_table_comments_audience_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    feedback_opened_at__isnull=True,
                    feedback_opened_by__isnull=True,
                    feedback_until__isnull=True,
                    comments_audience="",
                )
                | (
                    Q(
                        feedback_opened_at__isnull=False,
                        feedback_opened_by__isnull=False,
                        feedback_until__gt=F("feedback_opened_at"),
                        phase="interim",
                        state__in=["in_feedback", "released"],
                    )
                    & ~Q(comments_audience="")
                ),
                name="assessment_table_opened_for_feedback_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_feedback") | Q(feedback_opened_at__isnull=False),
                name="assessment_table_in_feedback_was_opened",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="released",
                    released_at__isnull=False,
                    released_by__isnull=False,
                )
                | (
                    ~Q(state="released")
                    & Q(released_at__isnull=True, released_by__isnull=True)
                ),
                name="assessment_table_is_released_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.stocktake_id} {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_released(self) -> bool:
        return self.state == self.State.RELEASED

    @property
    def is_final(self) -> bool:
        return self.phase == self.Phase.FINAL

    def takes_comments(self, at: datetime) -> bool:
        """Whether a delegation may still comment at this instant.

        Comments are for before the final scores: their release ends them too. The table
        comes from `with_successors`.
        """
        if self.feedback_opened_at is None or self.feedback_until is None:
            return False
        if self.has_final_release:
            return False
        return self.feedback_opened_at <= at < self.feedback_until


class Assessment(models.Model):
    """One cell of a score table: a score for one member commitment, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Two indexes begin with it: see `Meta`.
    table = models.ForeignKey(
        AssessmentTable,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="assessments",
    )
    member_commitment = models.ForeignKey(
        MemberCommitment, on_delete=models.PROTECT, related_name="assessments"
    )
    score = models.CharField(max_length=SCORE_LENGTH, choices=Score, blank=True)
    rationale = models.CharField(max_length=limits.RATIONALE, blank=True)
    sources = models.CharField(max_length=limits.SOURCES, blank=True)
    # Facts until this day were considered.
    as_of = models.DateField(null=True)
    # The published guideline that was current when it was scored.
    guideline = models.ForeignKey(
        Guideline, on_delete=models.PROTECT, null=True, related_name="assessments"
    )
    scored_at = models.DateTimeField(null=True)
    scored_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="scored_assessments"
    )
    # Counts every write, so that an editor can name the text it started from.
    version = models.PositiveIntegerField(default=1)
    # Written in the same transaction as the release. Only scored cells have one.
    ledger_record = models.OneToOneField(
        LedgerRecord, on_delete=models.PROTECT, null=True, related_name="assessment"
    )

    objects = AssessmentQuerySet.as_manager()

    # How many comments its reader may see on it.
    comment_count = Annotation[int]("AssessmentQuerySet.with_comment_count")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "member_commitment"], name="assessment_is_one_a_cell"
            ),
            models.CheckConstraint(
                condition=Q(score__in=["", *Score.values]),
                name="assessment_score_is_known",
            ),
            models.CheckConstraint(
                condition=Q(score="", guideline__isnull=True)
                | (
                    ~Q(score="")
                    & Q(
                        guideline__isnull=False,
                        as_of__isnull=False,
                        scored_at__isnull=False,
                    )
                ),
                name="assessment_score_has_a_guideline_and_a_day",
            ),
            models.CheckConstraint(
                condition=Q(scored_at__isnull=True, scored_by__isnull=True)
                | Q(scored_at__isnull=False, scored_by__isnull=False),
                name="assessment_is_scored_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ledger_record__isnull=True)
                | (~Q(score="") & ~Q(rationale="")),
                name="assessment_on_record_is_complete",
            ),
        ]
        indexes = [
            # The first record of a table, the last one, and its blank cells.
            models.Index(
                fields=["table", "ledger_record"], name="assessment_in_ledger_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table_id} {self.member_commitment_id}"

    @property
    def is_scored(self) -> bool:
        return self.score != ""

    @property
    def member_code(self) -> str:
        return self.member_commitment.member_id


class AssessmentComment(models.Model):
    """A delegation's comment on a score of its own member, or the body's answer.

    Rows are only added.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="comments"
    )
    # The delegation that writes. None: the body answers.
    member = models.ForeignKey(
        Member,
        on_delete=models.PROTECT,
        null=True,
        related_name="assessment_comments",
    )
    # The comment that this answers.
    answers = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="answer"
    )
    text = models.CharField(max_length=limits.COMMENT)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="assessment_comments"
    )

    objects = AssessmentCommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="assessment_comment_has_words"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True, answers__isnull=False)
                | Q(member__isnull=False, answers__isnull=True),
                name="assessment_comment_is_of_a_member_or_answers_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assessment", "written_at"], name="assessment_comment_thread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.member_id or ''}"

    @property
    def is_answer(self) -> bool:
        return self.answers_id is not None
