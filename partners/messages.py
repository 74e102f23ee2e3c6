"""What is about to be told: to whom, as what, of which thing."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from accounts.models import Presidency, User
from partners.models import Notice, NoticeKind, NoticePreference, ToldAs
from partners.outstanding import PersonAsked
from progress.models import Comment, Entry, Question, Stocktake


@dataclass(frozen=True)
class MessageTarget:
    """The thing itself: an entry (with what was said of it), a stocktake, a chair."""

    entry: Entry | None = None
    comment: Comment | None = None
    question: Question | None = None
    stocktake: Stocktake | None = None
    presidency: Presidency | None = None

    def is_visible_to(self, user: User, at: datetime) -> bool:
        """By the thing's own rule, with the rights of this instant."""
        if self.comment is not None:
            comments = Comment.objects.visible_to(user, at)
            return comments.filter(pk=self.comment.pk).exists()
        if self.question is not None:
            questions = Question.objects.visible_to(user, at)
            return questions.filter(pk=self.question.pk).exists()
        if self.entry is not None:
            return Entry.objects.visible_to(user, at).filter(pk=self.entry.pk).exists()
        return True


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told, and what they are to the thing."""

    user: User
    told_as: ToldAs
    member: str | None = None
    missing_count: int | None = None

    @classmethod
    def at_home(cls, user: User) -> Self:
        return cls(user, ToldAs.DELEGATION, user.delegation)

    @classmethod
    def reviewing(cls, user: User) -> Self:
        return cls(user, ToldAs.REVIEWER)


@dataclass(frozen=True)
class Announcement:
    """One piece of news: what, about which thing, and everybody who is to know."""

    kind: NoticeKind
    key: str
    target: MessageTarget
    hearers: list[Recipient] = field(default_factory=list)

    def without(self, muted: dict[object, list[str]]) -> Self:
        """Whom it still reaches: active people, once each, who want to know."""
        heard: dict[object, Recipient] = {}
        for hearer in self.hearers:
            if hearer.user.is_active and self.kind not in muted.get(hearer.user.pk, []):
                heard.setdefault(hearer.user.pk, hearer)
        return replace(self, hearers=list(heard.values()))

    def except_for(self, actor: User) -> Self:
        """Nobody is told of what they did themselves."""
        others = [one for one in self.hearers if one.user.pk != actor.pk]
        return replace(self, hearers=others)

    def notices(self, at: datetime) -> list[Notice]:
        return [self._notice(hearer, at) for hearer in self.hearers]

    def _notice(self, hearer: Recipient, at: datetime) -> Notice:
        return Notice(
            user=hearer.user,
            kind=self.kind,
            key=self.key,
            told_as=hearer.told_as,
            member_id=hearer.member,
            missing_count=hearer.missing_count,
            entry=self.target.entry,
            comment=self.target.comment,
            question=self.target.question,
            stocktake=self.target.stocktake,
            presidency=self.target.presidency,
            created_at=at,
        )


def muted_by(users: Iterable[User]) -> dict[object, list[str]]:
    """The kinds each of these people does not want to be told of."""
    rows = NoticePreference.objects.filter(user__in=[user.pk for user in users])
    return {row.user_id: row.muted for row in rows}


def telling_of_missing(
    stocktake: Stocktake, kind: NoticeKind, name: str, asked: Iterable[PersonAsked]
) -> Announcement:
    """The same thing to each, with a number of their own."""
    hearers = [
        Recipient(one.user, ToldAs.DELEGATION, one.member, one.count) for one in asked
    ]
    key = f"stocktake-{stocktake.pk}-{name}"
    return Announcement(kind, key, MessageTarget(stocktake=stocktake), hearers)
