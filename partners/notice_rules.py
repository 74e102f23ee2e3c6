"""Which audit event makes which notice, and for whom: one table.

An event says what happened and to which row. The people it concerns are looked up when
it is read, so that a person who has left by then is not notified. Many events are read
together: see `duties_for` and `targets_of`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from accounts.models import Presidency, Role
from audit.models import Event
from partners.messages import Announcement, MessageTarget, Recipient
from partners.models import NoticeKind
from partners.recipients import Duties, duties_for
from partners.sight import to_those_who_see
from partners.targets import targets_of
from progress.models import AssessmentTable, Comment, Entry, State
from reports.models import Report

Who = Callable[["EventContext"], list[Recipient]]


@dataclass(frozen=True)
class EventContext:
    """An event, the row it is about, and who has to do with it."""

    event: Event
    target: MessageTarget
    duties: Duties

    @property
    def entry(self) -> Entry:
        assert self.target.entry is not None  # noqa: S101 - the table pairs them
        return self.target.entry

    @property
    def report(self) -> Report:
        assert self.target.report is not None  # noqa: S101 - the table pairs them
        return self.target.report


@dataclass(frozen=True)
class NoticeRule:
    kind: NoticeKind
    who: Who
    # Only if the event left the entry in this state. None: in any state.
    state: State | None = None


def _signatories(context: EventContext) -> list[Recipient]:
    return context.duties.signatories(context.entry)


def _reviewers(context: EventContext) -> list[Recipient]:
    return context.duties.reviewers(context.entry)


def _answerers_and_contact(context: EventContext) -> list[Recipient]:
    return context.duties.answerers_and_contact(context.entry)


def _writers_and_signatory(context: EventContext) -> list[Recipient]:
    return context.duties.writers_and_signatory(context.entry)


def _sender_and_responsible(context: EventContext) -> list[Recipient]:
    return context.duties.sender_and_responsible(context.entry)


def _other_side(context: EventContext) -> list[Recipient]:
    """Return the side that did not write; in a delegation's own thread, itself."""
    comment, duties = context.target.comment, context.duties
    assert comment is not None  # noqa: S101 - the table pairs them
    is_of_delegation = comment.member_id == context.entry.member_code
    if comment.thread == Comment.Thread.PRESIDENCY and is_of_delegation:
        return duties.reviewers(context.entry)
    return duties.participants(comment, context.entry)


def _all_who_handle_it(context: EventContext) -> list[Recipient]:
    """Return who wrote and sent the entry, its heads, its reviewer, the Presidency."""
    entry, duties, people = context.entry, context.duties, context.duties.people
    heads = people.heads_of(entry.member_code)
    coordinators = people.coordinators()
    if people.chair == entry.member_code:
        coordinators = [Recipient.of_delegation(one.user) for one in coordinators]
    return [
        *duties.writers_and_signatory(entry),
        *(Recipient.of_delegation(head) for head in heads),
        *duties.reviewers(entry),
        *coordinators,
    ]


def _asker(context: EventContext) -> list[Recipient]:
    question = context.target.question
    assert question is not None  # noqa: S101 - the table pairs them
    people = context.duties.people
    return people.still_of(question.member_id, [question.asked_by_id])


def _delegations_and_second_reviewer(context: EventContext) -> list[Recipient]:
    """Return all delegations and the second reviewer, or the one delegation named."""
    people = context.duties.people
    found = people.delegations(context.event.member)
    stocktake = context.target.stocktake
    second = people.get(stocktake.second_reviewer_id) if stocktake is not None else None
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
        for person in context.duties.people.of_delegation(member, Role.COORDINATOR)
    ]


def _acting_head_and_heads(context: EventContext) -> list[Recipient]:
    """Return the acting head and the heads in office, of whom one may have acted."""
    acting_head, people = context.target.acting_head, context.duties.people
    assert acting_head is not None  # noqa: S101 - the table pairs them
    named = people.still_of(acting_head.member_id, [acting_head.user_id])
    return [*named, *people.heads_in_office(acting_head.member_id)]


def _heads_or_administrators(context: EventContext) -> list[Recipient]:
    """Return the heads of a key's member; for a key of no member, administrators."""
    endpoint, people = context.target.webhook_endpoint, context.duties.people
    assert endpoint is not None  # noqa: S101 - the table pairs them
    if endpoint.user.member_id is None:
        return [Recipient.administering(person) for person in people.administrators()]
    return people.heads_in_office(endpoint.user.member_id)


def _heads_of_grant(context: EventContext) -> list[Recipient]:
    """Return the heads of a grant's member, or the Presidency if it had none."""
    grant, people = context.target.pending_grant, context.duties.people
    assert grant is not None  # noqa: S101 - the table pairs them
    # A head must not learn that the address they invited is in use elsewhere.
    if grant.member_id is None or grant.kind == grant.Kind.CLASH:
        return []
    heads = people.heads_in_office(grant.member_id)
    return [*heads, *(people.coordinators() if grant.is_for_presidency else [])]


def _heads_and_requester(context: EventContext) -> list[Recipient]:
    grant = context.target.pending_grant
    assert grant is not None  # noqa: S101 - the table pairs them
    asking = [
        one for one in _administrators(context) if one.user.pk == grant.requested_by_id
    ]
    return [*asking, *_heads_of_grant(context)]


def _administrators(context: EventContext) -> list[Recipient]:
    people = context.duties.people.administrators()
    return [Recipient.administering(person) for person in people]


def _all_heads(context: EventContext) -> list[Recipient]:
    """Return the heads of all delegations, in office and acting."""
    return context.duties.people.all_heads()


def _all_heads_once_announced(context: EventContext) -> list[Recipient]:
    """Return them where they had been notified of the start before."""
    reading = context.target.public_reading
    assert reading is not None  # noqa: S101 - the table pairs them
    return _all_heads(context) if reading.starts_at is not None else []


def _asked_delegations(context: EventContext) -> list[Recipient]:
    """Return the officers and heads of the members whose silence counts."""
    circulation = context.target.circulation
    if circulation is None:
        return []
    asked = circulation.procedure.members.values_list("pk", flat=True)
    people = context.duties.people
    return [one for member in asked for one in people.delegations(member)]


def _coordinators(context: EventContext) -> list[Recipient]:
    return context.duties.people.coordinators()


def _coordinators_before_it_is_final(context: EventContext) -> list[Recipient]:
    """Return none if this approval was the second: the report is final with it."""
    is_final = Report.objects.filter(final_of=context.report).exists()
    return [] if is_final else _coordinators(context)


def _readers_of_a_final(context: EventContext) -> list[Recipient]:
    """Return everyone who may read it: those who may not are left out later."""
    is_final = context.report.circulation == Report.Circulation.FINAL
    return context.duties.people.readers() if is_final else []


def _coordinators_if_scheduled(context: EventContext) -> list[Recipient]:
    return _coordinators(context) if context.report.schedule_id is not None else []


def _table_of(context: EventContext) -> AssessmentTable:
    table = context.target.assessment_table
    assert table is not None  # noqa: S101 - the table pairs them
    return table


def _all_delegations(context: EventContext) -> list[Recipient]:
    return context.duties.people.delegations()


def _readers(context: EventContext) -> list[Recipient]:
    """Return everyone who reads: those who may not see it are left out later."""
    return context.duties.people.readers()


def _assessors(context: EventContext) -> list[Recipient]:
    return context.duties.people.assessors_of(_table_of(context).body_id)


def _who_commented(context: EventContext) -> list[Recipient]:
    """Return who wrote the comment; if they have left, the officers of the member."""
    answer, people = context.target.assessment_comment, context.duties.people
    comment = answer.answers if answer is not None else None
    if comment is None or comment.member_id is None:
        return []
    member = comment.member_id
    officers = people.of_delegation(member, Role.OFFICER)
    return people.still_of(member, [comment.written_by_id]) or [
        Recipient.of_delegation(officer) for officer in officers
    ]


def _coordinators_if_nobody_waits(context: EventContext) -> list[Recipient]:
    """Return them for what no person waits for: a final or a scheduled report."""
    report = context.report
    is_alone = report.schedule_id is not None or report.final_of_id is not None
    return _coordinators(context) if is_alone else []


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
    "evidence.withhold": (NoticeRule(NoticeKind.WITHHELD, _all_who_handle_it),),
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
    "acting_head.name": (NoticeRule(NoticeKind.ACTING, _acting_head_and_heads),),
    "acting_head.end": (NoticeRule(NoticeKind.ACTING_END, _acting_head_and_heads),),
    "grant.request": (
        NoticeRule(NoticeKind.GRANT_ASK, _administrators),
        NoticeRule(NoticeKind.GRANT, _heads_of_grant),
    ),
    "grant.clash": (NoticeRule(NoticeKind.GRANT_ASK, _administrators),),
    "grant.agree": (NoticeRule(NoticeKind.GRANT_END, _heads_and_requester),),
    "grant.refuse": (NoticeRule(NoticeKind.GRANT_END, _heads_and_requester),),
    "webhook.disable": (NoticeRule(NoticeKind.WEBHOOK, _heads_or_administrators),),
    "public_reading.propose": (NoticeRule(NoticeKind.PUBLIC_ASK, _administrators),),
    "public_reading.confirm": (NoticeRule(NoticeKind.PUBLIC, _all_heads),),
    "public_reading.end": (
        NoticeRule(NoticeKind.PUBLIC_END, _all_heads_once_announced),
    ),
    "report.circulate": (NoticeRule(NoticeKind.CIRCULATED, _asked_delegations),),
    "report.object": (NoticeRule(NoticeKind.OBJECTED, _coordinators),),
    "report.approve": (
        NoticeRule(NoticeKind.APPROVED, _coordinators_before_it_is_final),
    ),
    "report.finish": (
        NoticeRule(NoticeKind.FINAL, _readers_of_a_final),
        NoticeRule(NoticeKind.SCHEDULED, _coordinators_if_scheduled),
    ),
    "report.fail": (
        NoticeRule(NoticeKind.NOT_COMPILED, _coordinators_if_nobody_waits),
    ),
    "assessment_table.open_feedback": (
        NoticeRule(NoticeKind.FEEDBACK, _all_delegations),
    ),
    "assessment_table.release": (NoticeRule(NoticeKind.SCORES, _readers),),
    "assessment_comment.add": (NoticeRule(NoticeKind.SCORE_COMMENT, _assessors),),
    "assessment_comment.answer": (NoticeRule(NoticeKind.SCORE_ANSWER, _who_commented),),
    "handover.give": (NoticeRule(NoticeKind.HANDOVER, _both_chairs),),
    "handover.receive": (NoticeRule(NoticeKind.HANDOVER, _both_chairs),),
}


def announcements_of(events: Sequence[Event], *, at: datetime) -> list[Announcement]:
    """Return the notices to make of events, for people who may see their rows now.

    The person who acted is never notified. Of several rows of one event, each person is
    notified of the first that they may see: the others have the same key. The number
    of queries depends on how many people there are to notify, and not on the number of
    events.
    """
    targets = targets_of(events)
    if not targets:
        return []
    duties = duties_for(chain.from_iterable(targets.values()), at=at)
    found = [
        announcement
        for event in events
        for target in targets.get(event.pk, ())
        for announcement in _announcements(EventContext(event, target, duties))
    ]
    return to_those_who_see(found, at)


def _announcements(context: EventContext) -> list[Announcement]:
    event = context.event
    return [
        Announcement(
            kind=rule.kind,
            key=f"event-{event.pk}",
            target=context.target,
            recipients=_others(rule.who(context), event),
            # A late notice still shows when the event happened.
            happened_at=event.at,
        )
        for rule in NOTICE_RULES.get(event.verb, ())
        if rule.state in {None, event.data.get("state")}
    ]


def _others(recipients: Iterable[Recipient], event: Event) -> list[Recipient]:
    return [person for person in recipients if person.user.pk != event.actor_id]
