"""Which delegations the Presidency can remind, and when it last did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from accounts.dates import utc_day
from accounts.models import Member
from partners.models import Reminder
from progress.models import Stocktake
from progress.stocktakes.coverage import MemberCoverage


@dataclass(frozen=True)
class Remindable:
    """A delegation with something not yet submitted: one number, as everywhere."""

    member: Member
    missing: int
    reminded_at: datetime | None
    can_be_reminded: bool


def remindable(
    stocktake: Stocktake, coverages: Iterable[MemberCoverage], *, at: datetime
) -> list[Remindable]:
    """One query: the last reminder of each member."""
    last: dict[str, datetime] = dict(
        Reminder.objects.filter(stocktake=stocktake)
        .values_list("member")
        .annotate(last=Max("reminded_at"))
    )
    today = utc_day(at)
    return [
        Remindable(
            member=one.member,
            missing=one.not_yet_submitted,
            reminded_at=(reminded_at := last.get(one.member.pk)),
            can_be_reminded=reminded_at is None or utc_day(reminded_at) != today,
        )
        for one in coverages
        if one.not_yet_submitted
    ]
