"""Comments on an entry, and questions from other delegations."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from progress import limits
from progress.models.annotations import Annotation
from progress.models.entries import Entry
from progress.querysets.conversations import CommentQuerySet, QuestionQuerySet


class Comment(models.Model):
    """One comment in one of an entry's two threads, which are never mixed."""

    class Thread(models.TextChoices):
        DELEGATION = "delegation", _("Inside the delegation")
        PRESIDENCY = "presidency", _("With the Presidency")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="comments")
    thread = models.CharField(max_length=10, choices=Thread)
    body = models.CharField(max_length=limits.COMMENT)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="comments"
    )
    # The member the writer acted for. It stays when the writer changes delegation.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="comments"
    )

    objects = CommentQuerySet.as_manager()

    # The member in the chair when it was written.
    chair_then = Annotation[str | None]("CommentQuerySet.with_chair_then")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="comment_has_words"),
        ]
        indexes = [
            models.Index(
                fields=["entry", "thread", "written_at"], name="comment_thread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.thread}"


class Question(models.Model):
    """A question of another delegation about a published entry, and the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="questions")
    # The member whose delegation asks.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="asked_questions"
    )
    body = models.CharField(max_length=limits.COMMENT)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="asked_questions"
    )
    answer = models.CharField(max_length=limits.COMMENT, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="answered_questions"
    )
    # Counts every write, so that a form can name the version it started from.
    version = models.PositiveIntegerField(default=1)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="question_has_words"),
            models.CheckConstraint(
                condition=Q(
                    answered_at__isnull=True, answered_by__isnull=True, answer=""
                )
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                ),
                name="question_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["entry", "asked_at"], name="question_of_entry"),
            # The lists, in their orders. Open questions are few, and home counts them.
            models.Index(fields=["due_on", "id"], name="question_by_day"),
            models.Index(fields=["asked_at", "id"], name="question_by_age"),
            models.Index(
                fields=["entry"],
                condition=Q(answered_at__isnull=True),
                name="question_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} asked by {self.member_id}"

    def is_overdue_on(self, today: date) -> bool:
        """Whether no answer has come by the end of its day: see `overdue`."""
        return not self.is_answered and self.due_on < today

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None
