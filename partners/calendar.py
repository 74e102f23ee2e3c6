"""What the calendar tells: a stocktake opens, entries are due, or late.

Nothing is remembered but the notices themselves: each run asks which stage a stocktake
is in, and tells whoever has not been told of that one yet.
"""

from datetime import datetime

from accounts.models import Role, chair_at
from partners import recipients
from partners.actions.notices import tell
from partners.messages import Announcement, MessageTarget, Recipient, telling_of_missing
from partners.models import NoticeKind
from partners.outstanding import missing_in, people_asked
from partners.stages import Stage, first_told_at, is_day_before, stage_at
from progress.models import Extension, Stocktake
from progress.stocktakes.deadlines import latest_end


def remind_of_dates(at: datetime) -> int:
    """Tell whoever is to be told now; safe to run as often as one likes."""
    planned = Stocktake.objects.filter(opened_at__isnull=True)
    tellings = [telling for one in planned for telling in _opening(one, at)]
    for stocktake in Stocktake.objects.open().prefetch_related("extensions"):
        tellings += _deadlines(stocktake, at)
    return tell(tellings=tellings, at=at)


def _opening(stocktake: Stocktake, at: datetime) -> list[Announcement]:
    """The day before, everybody; from the hour on, whoever is to open it."""
    target = MessageTarget(stocktake=stocktake)
    key = f"stocktake-{stocktake.pk}-opens"
    if is_day_before(at, stocktake.opens_at):
        return [Announcement(NoticeKind.OPENS, key, target, recipients.delegations())]
    if at >= stocktake.opens_at:
        chairs = recipients.of_delegation(chair_at(at), Role.COORDINATOR)
        hearers = [Recipient.reviewing(person) for person in chairs]
        return [Announcement(NoticeKind.TO_OPEN, f"{key}-now", target, hearers)]
    return []


def _deadlines(stocktake: Stocktake, at: datetime) -> list[Announcement]:
    if at < first_told_at(stocktake.due_at):
        return []
    extensions = list(stocktake.extensions.all())
    found = []
    for one in people_asked(missing_in(stocktake, at=at)):
        stage = _stage_of(stocktake, extensions, one.member, at)
        if stage is not None:
            kind = NoticeKind(stage.kind)
            found.append(telling_of_missing(stocktake, kind, stage.name, [one]))
    return found


def _stage_of(
    stocktake: Stocktake, extensions: list[Extension], member: str, at: datetime
) -> Stage | None:
    granted = [one for one in extensions if one.member_id in {None, member}]
    until = latest_end(stocktake, granted)
    return stage_at(at, due_at=stocktake.due_at, accepted_until=until)
