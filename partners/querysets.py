"""Which notices a person may still know of, and which jobs an administrator sees."""

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

# Older than this, something unread is no news: a mail about it would be an alarm.
MAILED_WITHIN = timedelta(days=7)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Told to this person, who is still what they were told as, of what they may
        still know of. Anything else is neither shown nor counted."""
        if reader.scopes is not None or reader.delegation is None:
            return self.none()
        return self.filter(
            _still_what_they_were(reader, at),
            _still_theirs_to_see(reader, at),
            user=reader,
        )

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_mail(self, at: datetime) -> Self:
        """Unread, in no mail yet, and new enough to be worth one."""
        return self.unread().filter(
            digest__isnull=True, created_at__gt=at - MAILED_WITHIN
        )

    def newest_first(self) -> Self:
        """What is unread stands above what is read."""
        is_read = Case(When(read_at__isnull=True, then=Value(0)), default=Value(1))
        return self.order_by(is_read, "-created_at", "pk")

    def with_targets(self) -> Self:
        """With what their sentences name, and no word of an entry."""
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


def _still_what_they_were(reader: User, at: datetime) -> Q:
    delegation = Q(told_as="delegation", member=reader.delegation)
    if not reader.has_role(Role.COORDINATOR):
        delegation &= ~Q(kind="handover")
    return delegation | (Q(told_as="reviewer") & _reviewed(reader, at))


def _reviewed(reader: User, at: datetime) -> Q:
    """The Presidency reviews everybody's but its own; a second reviewer those."""
    second = second_reviewed(reader, at, of="entry__")
    second |= Q(stocktake__second_reviewer=reader)
    if not reader.is_presidency(at):
        return second
    theirs = Q(entry__member_commitment__member=reader.chair_at(at))
    return second | Q(stocktake__isnull=False) | ~theirs


def _still_theirs_to_see(reader: User, at: datetime) -> Q:
    """By the target's own rule. A comment or a question has one beside its entry's."""
    # Looked up one by one: every page counts a person's few unread notices, and must
    # not gather all the entries they may see for that.
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
