"""The notices a person may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from accounts.models import Role
from progress.models import Comment, Entry, Question
from progress.querysets.entries import LONG_TEXT_FIELDS, second_reviewed

if TYPE_CHECKING:
    from accounts.models import User
    from partners.models import Notice  # noqa: F401

# A mail about an older notice would only alarm the reader.
MAILED_WITHIN = timedelta(days=7)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Return this reader's notices whose role and target are still theirs to see.

        A notice is hidden, and not counted, once the reader has lost the role in which
        they were notified or may no longer see what it is about.
        """
        if reader.scopes is not None or reader.delegation is None:
            return self.none()
        return self.filter(
            _role_is_held(reader, at),
            _target_is_visible(reader, at),
            user=reader,
        )

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_mail(self, at: datetime) -> Self:
        """Return unread notices that are in no mail yet and new enough for one."""
        return self.unread().filter(
            digest__isnull=True, created_at__gt=at - MAILED_WITHIN
        )

    def newest_first(self) -> Self:
        """Order by unread before read, and then by the newest."""
        is_read = Case(When(read_at__isnull=True, then=Value(0)), default=Value(1))
        return self.order_by(is_read, "-created_at", "pk")

    def with_targets(self) -> Self:
        """Load what the sentences name, and no text of an entry."""
        return self.select_related(
            "entry__member_commitment__commitment",
            "entry__member_commitment__member",
            "stocktake__plan",
            "presidency__member",
            "question__member",
            "comment",
        ).defer(
            *(f"entry__{name}" for name in LONG_TEXT_FIELDS),
            "comment__body",
            "question__body",
            "question__answer",
            "stocktake__plan__source_text",
            "stocktake__plan__preamble",
        )


def _role_is_held(reader: User, at: datetime) -> Q:
    delegation = Q(told_as="delegation", member=reader.delegation)
    if not reader.has_role(Role.COORDINATOR):
        delegation &= ~Q(kind="handover")
    return delegation | (Q(told_as="reviewer") & _reviewed(reader, at))


def _reviewed(reader: User, at: datetime) -> Q:
    """The Presidency reviews other members' entries, a second reviewer its own."""
    second = second_reviewed(reader, at, of="entry__")
    second |= Q(stocktake__second_reviewer=reader)
    if not reader.is_presidency(at):
        return second
    theirs = Q(entry__member_commitment__member=reader.chair_at(at))
    return second | Q(stocktake__isnull=False) | ~theirs


def _target_is_visible(reader: User, at: datetime) -> Q:
    """The target's own rule decides: a comment or a question has its own."""
    # By EXISTS for each notice: every page counts a person's few unread notices, and
    # must not collect all the entries they may see for that.
    comments = Comment.objects.visible_to(reader, at).filter(pk=OuterRef("comment"))
    questions = Question.objects.visible_to(reader, at).filter(pk=OuterRef("question"))
    entries = Entry.objects.visible_to(reader, at).filter(pk=OuterRef("entry"))
    plain = Q(comment__isnull=True, question__isnull=True)
    return (
        Q(entry__isnull=True)
        | Q(Exists(comments))
        | Q(Exists(questions))
        | (plain & Q(Exists(entries)))
    )
