"""What is told when: one table from the audit's verbs to a kind and to people.

An event says what happened and to which row; who is concerned is asked when it is read,
so that whoever left in between is not told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Presidency, Role
from audit.models import Event
from partners import recipients
from partners.messages import Announcement, MessageTarget, Recipient
from partners.models import NoticeKind
from progress.models import Comment, Entry, Handover, Question, State, Stocktake

Who = Callable[["EventContext"], list[Recipient]]


@dataclass(frozen=True)
class EventContext:
    """An event, and the row it is about."""

    event: Event
    target: MessageTarget
    at: datetime

    @property
    def entry(self) -> Entry:
        assert self.target.entry is not None  # noqa: S101 - the table pairs them
        return self.target.entry


@dataclass(frozen=True)
class NoticeRule:
    kind: NoticeKind
    who: Who
    # Only where the event left the entry in this state; any, if it names none.
    state: State | None = None


def _writers_and_signatory(news: EventContext) -> list[Recipient]:
    entry = news.entry
    people = [
        entry.written_by, *recipients.senders(entry), entry.submitted_by,
        *recipients.responsible(entry),
    ]  # fmt: skip
    return recipients.at_home(people, entry.member_code)


def _sender_and_responsible(news: EventContext) -> list[Recipient]:
    entry = news.entry
    people = [*recipients.senders(entry), *recipients.responsible(entry)]
    return recipients.at_home(people, entry.member_code) or recipients.answering(entry)


def _other_side(news: EventContext) -> list[Recipient]:
    """Of the delegation's own thread: itself. Of the other: whoever did not write."""
    comment = news.target.comment
    assert comment is not None  # noqa: S101 - the table pairs them
    is_theirs = comment.member_id == news.entry.member_code
    if comment.thread == Comment.Thread.PRESIDENCY and is_theirs:
        return recipients.reviewers(news.entry, news.at)
    return recipients.talking_at_home(comment)


def _asker(news: EventContext) -> list[Recipient]:
    question = news.target.question
    assert question is not None  # noqa: S101 - the table pairs them
    return recipients.at_home([question.asked_by], question.member_id)


def _everybody(news: EventContext) -> list[Recipient]:
    """All delegations, or the one an event names; and the second reviewer."""
    found = recipients.delegations(news.event.member)
    stocktake = news.target.stocktake
    second = stocktake.second_reviewer if stocktake is not None else None
    if second is not None and not news.event.member:
        found.append(Recipient.reviewing(second))
    return found


def _both_chairs(news: EventContext) -> list[Recipient]:
    """The coordinators of the presidency that comes in, and of the one before it."""
    incoming = news.target.presidency
    assert incoming is not None  # noqa: S101 - the table pairs them
    before = Presidency.objects.filter(ends_at__lte=incoming.starts_at)
    outgoing = before.order_by("-ends_at").first()
    members = [incoming.member_id, *([outgoing.member_id] if outgoing else [])]
    return [
        Recipient.at_home(person)
        for member in members
        for person in recipients.of_delegation(member, Role.COORDINATOR)
    ]


NOTICE_RULES: dict[str, tuple[NoticeRule, ...]] = {
    "entry.submit": (
        NoticeRule(
            NoticeKind.CLEARANCE,
            lambda news: recipients.signatories(news.entry, news.at),
            state=State.IN_CLEARANCE,
        ),
        NoticeRule(
            NoticeKind.REVIEW,
            lambda news: recipients.reviewers(news.entry, news.at),
            state=State.SUBMITTED,
        ),
    ),
    "entry.clear": (
        NoticeRule(
            NoticeKind.REVIEW, lambda news: recipients.reviewers(news.entry, news.at)
        ),
    ),
    "entry.send_back": (NoticeRule(NoticeKind.SENT_BACK, _sender_and_responsible),),
    "entry.return": (
        NoticeRule(
            NoticeKind.RETURNED,
            lambda news: recipients.answering_and_contact(news.entry),
        ),
    ),
    "entry.publish": (NoticeRule(NoticeKind.PUBLISHED, _writers_and_signatory),),
    "entry.release": (
        NoticeRule(
            NoticeKind.RELEASED,
            lambda news: recipients.answering_and_contact(news.entry),
        ),
    ),
    "comment.add": (NoticeRule(NoticeKind.COMMENT, _other_side),),
    "question.ask": (
        NoticeRule(
            NoticeKind.QUESTION,
            lambda news: recipients.answering_and_contact(news.entry),
        ),
    ),
    "question.answer": (NoticeRule(NoticeKind.ANSWER, _asker),),
    "stocktake.open": (NoticeRule(NoticeKind.OPENED, _everybody),),
    "stocktake.extend": (NoticeRule(NoticeKind.EXTENDED, _everybody),),
    "stocktake.close": (NoticeRule(NoticeKind.CLOSED, _everybody),),
    "handover.give": (NoticeRule(NoticeKind.HANDOVER, _both_chairs),),
    "handover.receive": (NoticeRule(NoticeKind.HANDOVER, _both_chairs),),
}


def tellings_of(event: Event, *, at: datetime) -> list[Announcement]:
    """Whom an event concerns, and who may know of it now. Never who did it."""
    target = target_of(event)
    if target is None:
        return []
    news = EventContext(event, target, at)
    state = event.data.get("state")
    return [
        Announcement(rule.kind, f"event-{event.pk}", target, _may_know(rule, news))
        for rule in NOTICE_RULES.get(event.verb, ())
        if rule.state in {None, state}
    ]


def _may_know(rule: NoticeRule, news: EventContext) -> list[Recipient]:
    others = [one for one in rule.who(news) if one.user.pk != news.event.actor_id]
    return [one for one in others if news.target.is_visible_to(one.user, news.at)]


def target_of(event: Event) -> MessageTarget | None:
    """The row an event is about; None if it is nothing that is told of."""
    finder = _FINDERS.get(event.verb.partition(".")[0])
    return finder(event) if finder is not None else None


def _entry_target(event: Event) -> MessageTarget | None:
    entry = _entry(event.target_id)
    return MessageTarget(entry=entry) if entry is not None else None


def _entry(pk: UUID | str) -> Entry | None:
    return (
        Entry.objects.select_related(
            "member_commitment__commitment", "stocktake__second_reviewer"
        )
        .select_related("written_by", "submitted_by")
        .without_text()
        .filter(pk=pk)
        .first()
    )


def _comment_target(event: Event) -> MessageTarget | None:
    """An event names the entry and the thread; its author and instant the comment."""
    comment = (
        Comment.objects.filter(
            entry_id=event.target_id,
            thread=event.data.get("thread"),
            written_by=event.actor_id,
            written_at=event.at,
        )
        .defer("body")
        .first()
    )
    if comment is None:
        return None
    return MessageTarget(entry=_entry(comment.entry_id), comment=comment)


def _question_target(event: Event) -> MessageTarget | None:
    questions = Question.objects.select_related("asked_by").defer("body", "answer")
    question = questions.filter(pk=event.target_id).first()
    if question is None:
        return None
    return MessageTarget(entry=_entry(question.entry_id), question=question)


def _stocktake_target(event: Event) -> MessageTarget | None:
    rows = Stocktake.objects.select_related("second_reviewer")
    stocktake = rows.filter(pk=event.target_id).first()
    return MessageTarget(stocktake=stocktake) if stocktake is not None else None


def _handover_target(event: Event) -> MessageTarget | None:
    rows = Handover.objects.select_related("presidency")
    handover = rows.filter(pk=event.target_id).first()
    return (
        MessageTarget(presidency=handover.presidency) if handover is not None else None
    )


# By the noun of the verb.
_FINDERS: dict[str, Callable[[Event], MessageTarget | None]] = {
    "entry": _entry_target,
    "comment": _comment_target,
    "question": _question_target,
    "stocktake": _stocktake_target,
    "handover": _handover_target,
}
