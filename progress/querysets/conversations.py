"""Comments, questions and focal points that a reader may see.

Only people may: an API key reads no comment, no question and no telephone number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.models import Role
from commitments.models import MemberCommitment
from progress.querysets.entries import chair_of
from progress.querysets.visibility import reviewed_by

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from progress.models import Comment, FocalPoint, Question  # noqa: F401

# The values of `Comment.Thread`, which the model labels.
INSIDE, OUTSIDE = "delegation", "presidency"


def thread_visibility_q(
    thread: str, reader: User, at: datetime, *, of: str = ""
) -> models.Q:
    """Return the condition that the reader may read this thread of a row's entry.

    `of` is the path from the row to the entry; without it the row is the entry itself.
    Only the delegation reads its own thread, a contributor where they are named. The
    reviewer also reads the other thread, from the submission on. A recall ends that.
    Private edits after a return do not end it: that would reveal them.
    """
    if reader.scopes is not None or reader.delegation is None:
        return Q(pk__in=[])
    is_own = Q((f"{of}member_commitment__member", reader.delegation))
    if thread == INSIDE:
        return is_own & _reads_inside(reader, of)
    is_submitted = Q((f"{of}submitted_at__isnull", False))
    return is_own | (reviewed_by(reader, at, of=of) & is_submitted)


def _reads_inside(reader: User, of: str) -> models.Q:
    """Return the condition on a delegation's own entries: contributors where named."""
    if reader.has_role(Role.OFFICER, Role.HEAD, Role.COORDINATOR):
        return Q()
    named = MemberCommitment.objects.filter(assignments__user=reader.pk)
    return Q((f"{of}member_commitment__in", named.values("pk")))


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the comments that this reader may see at an instant."""
        visible = Q(pk__in=[])
        for thread in (INSIDE, OUTSIDE):
            visible |= Q(thread=thread) & thread_visibility_q(
                thread, reader, at, of="entry__"
            )
        return self.filter(visible)

    def with_chair_then(self) -> Self:
        """Annotate `chair_then`: the member in the chair when it was written."""
        return self.annotate(chair_then=chair_of("written_at"))


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return questions to and by the reader's member; the Presidency sees all."""
        if reader.scopes is not None or reader.delegation is None:
            return self.none()
        if reader.is_presidency(at):
            return self.all()
        asked = Q(entry__member_commitment__member=reader.delegation)
        return self.filter(asked | Q(member=reader.delegation))

    def asked_of(self, member: str) -> Self:
        return self.filter(entry__member_commitment__member=member)

    def asked_by(self, member: str) -> Self:
        return self.filter(member=member)

    def open(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def overdue(self, today: date) -> Self:
        """Return open questions whose day for an answer is over."""
        return self.filter(overdue_q(today))


def overdue_q(today: date) -> Q:
    """Return the condition of a question whose day for an answer is over."""
    return Q(answered_at__isnull=True, due_on__lt=today)


class FocalPointQuerySet(models.QuerySet["FocalPoint"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return the focal point of the reader's member; the Presidency sees all."""
        if reader.scopes is not None or reader.delegation is None:
            return self.none()
        if reader.is_presidency(at):
            return self.all()
        return self.filter(member=reader.delegation)
