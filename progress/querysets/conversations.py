"""Who reads what is said about an entry, and whom the Presidency phones.

Only people do: no key reads a comment, a question or a telephone number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.models import Role
from commitments.models import MemberCommitment
from progress.querysets.entries import second_reviewed

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User
    from progress.models import Comment, FocalPoint, Question  # noqa: F401

# The values of `Comment.Thread`, which the models name in words.
INSIDE, OUTSIDE = "delegation", "presidency"


def thread_visibility_q(
    thread: str, reader: User, at: datetime, *, of: str = ""
) -> models.Q:
    """Of entries (or, with `of`, of what hangs on one): whose thread may they read?

    The delegation's own is read by the delegation alone: by contributors where they
    are named. The other one is also read by whoever reviews the entry, from its
    submission on. A recall takes that sight away again, with the entry. What the
    delegation does at home after a return does not: it would tell that it was done.
    """
    if reader.scopes is not None or reader.delegation is None:
        return Q(pk__in=[])
    at_home = Q((f"{of}member_commitment__member", reader.delegation))
    if thread == INSIDE:
        return at_home & _takes_part(reader, of)
    return at_home | (
        _reviewed(reader, at, of) & Q((f"{of}submitted_at__isnull", False))
    )


def _takes_part(reader: User, of: str) -> models.Q:
    if reader.has_role(Role.OFFICER, Role.HEAD, Role.COORDINATOR):
        return Q()
    named = MemberCommitment.objects.filter(assignments__user=reader.pk)
    return Q((f"{of}member_commitment__in", named.values("pk")))


def _reviewed(reader: User, at: datetime, of: str) -> models.Q:
    """Nobody reviews their own member's entries: those they read at home, or not."""
    second = second_reviewed(reader, at, of=of)
    if not reader.is_presidency(at):
        return second
    return second | ~Q((f"{of}member_commitment__member", reader.chair_at(at)))


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """The comments this reader may know of, by the rights of an instant."""
        sight = Q(pk__in=[])
        for thread in (INSIDE, OUTSIDE):
            sight |= Q(thread=thread) & thread_visibility_q(
                thread, reader, at, of="entry__"
            )
        return self.filter(sight)


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Questions between two delegations: theirs, and the present Presidency's."""
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
        """Open, and its day is over."""
        return self.open().filter(due_on__lt=today)


class FocalPointQuerySet(models.QuerySet["FocalPoint"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """A delegation's own, and every one for the present Presidency."""
        if reader.scopes is not None or reader.delegation is None:
            return self.none()
        if reader.is_presidency(at):
            return self.all()
        return self.filter(member=reader.delegation)
