"""Notices that follow from dates: a stocktake opens, entries are due or late.

Only the notices themselves are remembered. Each run finds the stage a stocktake is in,
and notifies the people who have no notice of that stage yet.
"""

from datetime import datetime

from accounts.models import Role
from partners.actions.notices import notify
from partners.messages import (
    Announcement,
    MessageTarget,
    Recipient,
    announce_missing,
)
from partners.models import NoticeKind
from partners.outstanding import missing_in, people_asked
from partners.recipients import ActivePeople
from partners.stages import Stage, first_notice_at, is_day_before, stage_at
from progress.models import Extension, Stocktake
from progress.stocktakes.deadlines import latest_end


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
