"""The delegations the Presidency can remind, and when it last reminded them."""

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
    """A delegation and the number of entries the Presidency does not have yet."""

    member: Member
    missing: int
    reminded_at: datetime | None
    can_be_reminded: bool


def remindable(
    stocktake: Stocktake, coverages: Iterable[MemberCoverage], *, at: datetime
) -> list[Remindable]:
    """Return the delegations with missing entries. Needs one query."""
    last: dict[str, datetime] = dict(
        Reminder.objects.filter(stocktake=stocktake)
        .values_list("member")
        .annotate(last=Max("reminded_at"))
    )
    today = utc_day(at)
    return [
        Remindable(
            member=coverage.member,
            missing=coverage.not_yet_submitted,
            reminded_at=(reminded_at := last.get(coverage.member.pk)),
            can_be_reminded=reminded_at is None or utc_day(reminded_at) != today,
        )
        for coverage in coverages
        if coverage.not_yet_submitted
    ]
