"""Which audit event makes which notice, and for whom: one table.

An event says what happened and to which row. The people it concerns are looked up when
it is read, so that a person who has left by then is not notified.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Presidency, Role
from audit.models import Event
from partners.messages import Announcement, MessageTarget, Recipient
from partners.models import NoticeKind
from partners.recipients import (
    answerers,
    answerers_and_contact,
    delegations,
    of_delegation,
    participants,
    responsible,
    reviewers,
    senders,
    signatories,
    still_of,
)
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
    # Only if the event left the entry in this state. None: in any state.
    state: State | None = None


def _signatories(context: EventContext) -> list[Recipient]:
    return signatories(context.entry, context.at)


def _reviewers(context: EventContext) -> list[Recipient]:
    return reviewers(context.entry, context.at)


def _answerers_and_contact(context: EventContext) -> list[Recipient]:
    return answerers_and_contact(context.entry)


def _writers_and_signatory(context: EventContext) -> list[Recipient]:
    entry = context.entry
    people = [
        entry.written_by, *senders(entry), entry.submitted_by, *responsible(entry),
    ]  # fmt: skip
    return still_of(entry.member_code, people)


def _sender_and_responsible(context: EventContext) -> list[Recipient]:
    entry = context.entry
    people = [*senders(entry), *responsible(entry)]
    return still_of(entry.member_code, people) or answerers(entry)


def _other_side(context: EventContext) -> list[Recipient]:
    """Return the side that did not write; in a delegation's own thread, itself."""
    comment = context.target.comment
    assert comment is not None  # noqa: S101 - the table pairs them
    is_of_delegation = comment.member_id == context.entry.member_code
    if comment.thread == Comment.Thread.PRESIDENCY and is_of_delegation:
        return reviewers(context.entry, context.at)
    return participants(comment)


def _asker(context: EventContext) -> list[Recipient]:
    question = context.target.question
    assert question is not None  # noqa: S101 - the table pairs them
    return still_of(question.member_id, [question.asked_by])


def _delegations_and_second_reviewer(context: EventContext) -> list[Recipient]:
    """Return all delegations and the second reviewer, or the one delegation named."""
    found = delegations(context.event.member)
    stocktake = context.target.stocktake
    second = stocktake.second_reviewer if stocktake is not None else None
    if second is not None and not context.event.member:
        found.append(Recipient.reviewing(second))
    return found


def _both_chairs(context: EventContext) -> list[Recipient]:
    """Return the coordinators of the incoming presidency and of the one before it."""
    incoming = context.target.presidency
    assert incoming is not None  # noqa: S101 - the table pairs them
    before = Presidency.objects.filter(ends_at__lte=incoming.starts_at)
    outgoing = before.order_by("-ends_at").first()
    members = [incoming.member_id, *([outgoing.member_id] if outgoing else [])]
    return [
        Recipient.of_delegation(person)
        for member in members
        for person in of_delegation(member, Role.COORDINATOR)
    ]


NOTICE_RULES: dict[str, tuple[NoticeRule, ...]] = {
    "entry.submit": (
        NoticeRule(NoticeKind.CLEARANCE, _signatories, state=State.IN_CLEARANCE),
        NoticeRule(NoticeKind.REVIEW, _reviewers, state=State.SUBMITTED),
    ),
    "entry.clear": (NoticeRule(NoticeKind.REVIEW, _reviewers),),
    "entry.send_back": (NoticeRule(NoticeKind.SENT_BACK, _sender_and_responsible),),
    "entry.return": (NoticeRule(NoticeKind.RETURNED, _answerers_and_contact),),
    "entry.publish": (NoticeRule(NoticeKind.PUBLISHED, _writers_and_signatory),),
    "entry.release": (NoticeRule(NoticeKind.RELEASED, _answerers_and_contact),),
    "comment.add": (NoticeRule(NoticeKind.COMMENT, _other_side),),
    "question.ask": (NoticeRule(NoticeKind.QUESTION, _answerers_and_contact),),
    "question.answer": (NoticeRule(NoticeKind.ANSWER, _asker),),
    "stocktake.open": (
        NoticeRule(NoticeKind.OPENED, _delegations_and_second_reviewer),
    ),
    "stocktake.extend": (
        NoticeRule(NoticeKind.EXTENDED, _delegations_and_second_reviewer),
    ),
    "stocktake.close": (
        NoticeRule(NoticeKind.CLOSED, _delegations_and_second_reviewer),
    ),
    "handover.give": (NoticeRule(NoticeKind.HANDOVER, _both_chairs),),
    "handover.receive": (NoticeRule(NoticeKind.HANDOVER, _both_chairs),),
}


def announcements_of(event: Event, *, at: datetime) -> list[Announcement]:
    """Return the notices to make of an event, for people who may see its row now.

    The person who acted is never notified.
    """
    target = target_of(event)
    if target is None:
        return []
    context = EventContext(event, target, at)
    state = event.data.get("state")
    return [
        Announcement(rule.kind, f"event-{event.pk}", target, _may_know(rule, context))
        for rule in NOTICE_RULES.get(event.verb, ())
        if rule.state in {None, state}
    ]


def _may_know(rule: NoticeRule, context: EventContext) -> list[Recipient]:
    return [
        recipient
        for recipient in rule.who(context)
        if recipient.user.pk != context.event.actor_id
        and context.target.is_visible_to(recipient.user, context.at)
    ]


def target_of(event: Event) -> MessageTarget | None:
    """Return the row an event is about, or None if it makes no notice."""
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
    """Find the comment by entry, thread, author and time: the event has no more."""
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
