"""Who is asked, until when by default, and what a deadline is in each capital."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.dates import utc_day
from accounts.day_sentences import instant_text
from accounts.models import Member, members_in_order
from accounts.time_zones import usual_time_zone

# Long enough to ask a capital and to get its answer.
USUAL_DAYS = 7
# At noon in UTC it is the same day in every capital.
USUAL_HOUR = time(12, tzinfo=UTC)
SATURDAY = 5


def usual_deadline(at: datetime) -> datetime:
    """Return noon in UTC a week after an instant, or of the next Monday."""
    day = utc_day(at) + timedelta(days=USUAL_DAYS)
    weekend = max(0, day.weekday() - SATURDAY + 1)
    if weekend:
        day += timedelta(days=3 - weekend)
    return datetime.combine(day, USUAL_HOUR)


def asked_of(chair: str | None) -> Sequence[Member]:
    """Return the members that a circulation asks: all but the one that circulates."""
    return members_in_order(Member.objects.exclude(pk=chair))


@dataclass(frozen=True)
class CapitalDeadline:
    """A member that is asked, and the deadline on the clocks of its capital."""

    member: Member
    local: datetime

    @property
    def text(self) -> str:
        return instant_text(self.local)


def in_capitals(
    members: Iterable[Member], ends_at: datetime
) -> Sequence[CapitalDeadline]:
    """Return the deadline in the capital of each member, in the members' order."""
    return [
        CapitalDeadline(one, ends_at.astimezone(ZoneInfo(usual_time_zone(one.pk))))
        for one in members
    ]
