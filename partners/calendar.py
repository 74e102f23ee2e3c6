"""Notices that follow from dates: a stocktake opens, entries are due, silence ends.

Only the notices themselves are remembered. Each run finds the stage a stocktake is in,
and notifies the people who have no notice of that stage yet.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import Role, User
from partners.actions.notices import notify
from partners.messages import (
    Announcement,
    MessageTarget,
    Recipient,
    announce_missing,
)
from partners.models import NoticeKind
from partners.outstanding import missing_in, people_asked
from partners.querysets import MAILED_WITHIN
from partners.recipients import ActivePeople
from partners.sight import to_those_who_see
from partners.stages import DAY, Stage, first_notice_at, is_day_before, stage_at
from progress.models import (
    AssessmentTable,
    Extension,
    SilenceProcedure,
    Stocktake,
)
from progress.stocktakes.deadlines import latest_end
from reports.models import Circulation

# How long before their last day people are notified.
ROLE_WARNING = timedelta(days=14)


def remind_of_dates(at: datetime) -> int:
    """Notify people of the dates that are near. Safe to run as often as you like."""
    planned = Stocktake.objects.filter(opened_at__isnull=True)
    announcements = [
        announcement
        for stocktake in planned
        for announcement in _opening(stocktake, at)
    ]
    for stocktake in Stocktake.objects.open().prefetch_related("extensions"):
        announcements += _deadlines(stocktake, at)
    announcements += to_those_who_see([*_silences(at), *_feedback_ends(at)], at)
    announcements += _role_ends(at)
    return notify(announcements=announcements, at=at)


def _opening(stocktake: Stocktake, at: datetime) -> list[Announcement]:
    """Notify all delegations the day before, and the Presidency once it can open."""
    target = MessageTarget(stocktake=stocktake)
    key = f"stocktake-{stocktake.pk}-opens"
    if is_day_before(at, stocktake.opens_at):
        return [
            Announcement(NoticeKind.OPENS, key, target, ActivePeople(at).delegations())
        ]
    if at >= stocktake.opens_at:
        people = ActivePeople(at)
        coordinators = people.of_delegation(people.chair, Role.COORDINATOR)
        chairs = [Recipient.reviewing(person) for person in coordinators]
        return [Announcement(NoticeKind.TO_OPEN, f"{key}-now", target, chairs)]
    return []


def _deadlines(stocktake: Stocktake, at: datetime) -> list[Announcement]:
    if at < first_notice_at(stocktake.due_at):
        return []
    extensions = list(stocktake.extensions.all())
    found = []
    for person in people_asked(missing_in(stocktake, at=at), at=at):
        stage = _stage_of(stocktake, extensions, person.member, at)
        if stage is not None:
            kind = NoticeKind(stage.kind)
            found.append(announce_missing(stocktake, kind, stage.name, [person]))
    return found


def _stage_of(
    stocktake: Stocktake, extensions: list[Extension], member: str, at: datetime
) -> Stage | None:
    granted = [
        extension for extension in extensions if extension.member_id in {None, member}
    ]
    until = latest_end(stocktake, granted)
    return stage_at(at, due_at=stocktake.due_at, accepted_until=until)


def _silences(at: datetime) -> list[Announcement]:
    """Notify heads of the last day to object, and the Presidency of an agreement."""
    running = Circulation.objects.filter(
        procedure__stopped_at=None,
        procedure__ends_at__range=(at - MAILED_WITHIN, at + DAY),
        draft__final=None,
    )
    rounds = list(
        running.select_related("draft", "procedure")
        .defer("draft__snapshot")
        .prefetch_related("procedure__asked_members", "procedure__objections")
    )
    if not rounds:
        return []
    people = ActivePeople(at)
    return [one for each in rounds for one in _of_silence(each, people, at)]


def _of_silence(
    circulation: Circulation, people: ActivePeople, at: datetime
) -> Iterator[Announcement]:
    procedure = circulation.procedure
    target = MessageTarget(report=circulation.draft, circulation=circulation)
    key = f"circulation-{circulation.pk}"
    if procedure.state_at(at) is SilenceProcedure.State.AGREED:
        yield Announcement(
            NoticeKind.AGREED,
            f"{key}-agreed",
            target,
            people.coordinators(),
            happened_at=procedure.ends_at,
        )
    if has_last_day(procedure, at):
        objected = {objection.member_id for objection in procedure.objections.all()}
        heads = [
            Recipient.of_delegation(head)
            for asked in procedure.asked_members.all()
            if asked.member_id not in objected
            for head in people.heads_of(asked.member_id)
        ]
        yield Announcement(NoticeKind.OBJECTIONS_END, f"{key}-ends", target, heads)


def _feedback_ends(at: datetime) -> list[Announcement]:
    """Notify the people of a body that the time for comments on a table is over."""
    ended = AssessmentTable.objects.filter(
        state=AssessmentTable.State.IN_FEEDBACK,
        feedback_until__range=(at - MAILED_WITHIN, at),
    )
    tables = list(ended.order_by("pk"))
    people = ActivePeople(at) if tables else None
    return [
        Announcement(
            NoticeKind.FEEDBACK_END,
            f"assessment-table-{table.pk}-feedback-ended",
            MessageTarget(assessment_table=table),
            people.assessors_of(table.body_id),
            happened_at=table.feedback_until,
        )
        for table in tables
        if people is not None
    ]


def _role_ends(at: datetime) -> list[Announcement]:
    """Notify people of the last day of their roles, and who can give them another."""
    ending = User.objects.with_roles_ending(at, within=ROLE_WARNING)
    if not ending:
        return []
    people = ActivePeople(at)
    return [
        Announcement(
            NoticeKind.ROLE_ENDS,
            f"role-ends-{person.pk}-{person.role_ends_on}",
            MessageTarget(person=person),
            [Recipient.by_own_role(person), *_who_extends(person, people)],
        )
        for person in ending
    ]


def _who_extends(person: User, people: ActivePeople) -> list[Recipient]:
    """Return the heads of the person's delegation, or the administrators."""
    heads = people.heads_in_office(person.delegation) if person.delegation else []
    return heads or [Recipient.administering(one) for one in people.administrators()]


def has_last_day(procedure: SilenceProcedure, at: datetime) -> bool:
    """Return whether the last day of a procedure has begun, and not ended.

    A procedure of one day has none: the notice of the circulation has just said it.
    """
    is_longer = procedure.ends_at - procedure.started_at > DAY
    return is_longer and is_day_before(at, procedure.ends_at)
