"""What a notice is about, who gets it, and in which role."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from accounts.models import ActingHead, PendingGrant, Presidency, User
from partners.models import (
    Notice,
    NoticeKind,
    NoticePreference,
    ToldAs,
    WebhookEndpoint,
)
from partners.outstanding import PersonAsked
from progress.models import (
    AssessmentComment,
    AssessmentTable,
    Comment,
    Entry,
    PublicReading,
    Question,
    Stocktake,
)
from reports.models import Circulation, Report

DecidingRow = Entry | Comment | Question | Report | AssessmentTable | AssessmentComment


@dataclass(frozen=True)
class MessageTarget:
    """The row a notice is about: an entry, a stocktake, a presidency, and so on.

    A comment or a question comes with the entry it belongs to, a comment on a score
    with its table, and a circulation with its draft.
    """

    entry: Entry | None = None
    comment: Comment | None = None
    question: Question | None = None
    stocktake: Stocktake | None = None
    presidency: Presidency | None = None
    acting_head: ActingHead | None = None
    webhook_endpoint: WebhookEndpoint | None = None
    public_reading: PublicReading | None = None
    report: Report | None = None
    circulation: Circulation | None = None
    pending_grant: PendingGrant | None = None
    person: User | None = None
    assessment_table: AssessmentTable | None = None
    assessment_comment: AssessmentComment | None = None

    @property
    def deciding_row(self) -> DecidingRow | None:
        """Return the narrowest row: only who may see it is notified.

        It is None for a stocktake, a presidency or public reading, which everyone may
        know. It is None for an acting head, a webhook, a grant or the end of a role
        too, of which only their delegation is notified, or an administrator.
        """
        of_entry = self.comment or self.question or self.entry
        of_scores = self.assessment_comment or self.assessment_table
        return of_entry or self.report or of_scores


@dataclass(frozen=True)
class Recipient:
    """A person to notify, and the role in which they are notified."""

    user: User
    told_as: ToldAs
    member: str | None = None
    missing_count: int | None = None

    @classmethod
    def of_delegation(cls, user: User) -> Self:
        return cls(user, ToldAs.DELEGATION, user.delegation)

    @classmethod
    def administering(cls, user: User) -> Self:
        return cls(user, ToldAs.ADMINISTRATOR)

    @classmethod
    def reading(cls, user: User) -> Self:
        """Return someone who is notified of what every reader may read."""
        if user.delegation is not None:
            return cls.of_delegation(user)
        return cls(user, ToldAs.READER)

    @classmethod
    def by_own_role(cls, user: User) -> Self:
        """Return someone who is notified of what is about themselves."""
        if user.delegation is None and user.is_administrator:
            return cls.administering(user)
        return cls.reading(user)

    @classmethod
    def scoring(cls, user: User) -> Self:
        """Return someone who is notified for their assessing body."""
        return cls(user, ToldAs.BODY)

    @classmethod
    def reviewing(cls, user: User) -> Self:
        return cls(user, ToldAs.REVIEWER)


@dataclass(frozen=True)
class Announcement:
    """One message about one row, and the people to notify of it."""

    kind: NoticeKind
    key: str
    target: MessageTarget
    recipients: list[Recipient] = field(default_factory=list)
    # When the event happened. None: now.
    happened_at: datetime | None = None

    def without(self, muted: dict[object, list[str]]) -> Self:
        """Return this for active people only, once each, who have not muted it."""
        reached: dict[object, Recipient] = {}
        for recipient in self.recipients:
            user = recipient.user
            if user.is_active and self.kind not in muted.get(user.pk, []):
                reached.setdefault(user.pk, recipient)
        return replace(self, recipients=list(reached.values()))

    def except_for(self, actor: User) -> Self:
        """Return this without the person who acted: they know what they did."""
        others = [person for person in self.recipients if person.user.pk != actor.pk]
        return replace(self, recipients=others)

    def notices(self, at: datetime) -> list[Notice]:
        return [self._notice(recipient, at) for recipient in self.recipients]

    def _notice(self, recipient: Recipient, at: datetime) -> Notice:
        return Notice(
            user=recipient.user,
            kind=self.kind,
            key=self.key,
            told_as=recipient.told_as,
            member_id=recipient.member,
            missing_count=recipient.missing_count,
            entry=self.target.entry,
            comment=self.target.comment,
            question=self.target.question,
            stocktake=self.target.stocktake,
            presidency=self.target.presidency,
            acting_head=self.target.acting_head,
            webhook_endpoint=self.target.webhook_endpoint,
            public_reading=self.target.public_reading,
            report=self.target.report,
            circulation=self.target.circulation,
            pending_grant=self.target.pending_grant,
            person=self.target.person,
            assessment_table=self.target.assessment_table,
            assessment_comment=self.target.assessment_comment,
            created_at=self.happened_at or at,
        )


def muted_by(users: Iterable[User]) -> dict[object, list[str]]:
    """Return the kinds of notice that each of these people has muted."""
    rows = NoticePreference.objects.filter(user__in=[user.pk for user in users])
    return {row.user_id: row.muted for row in rows}


def announce_missing(
    stocktake: Stocktake, kind: NoticeKind, name: str, asked: Iterable[PersonAsked]
) -> Announcement:
    """Return one message to several people, each with their own number of items."""
    recipients = [
        Recipient(person.user, ToldAs.DELEGATION, person.member, person.count)
        for person in asked
    ]
    key = f"stocktake-{stocktake.pk}-{name}"
    return Announcement(kind, key, MessageTarget(stocktake=stocktake), recipients)
