"""The delegations the Presidency can remind, and what they would be notified of.

The Presidency sees the offices that are notified, and not which people hold them or
what is missing: that would show how far a delegation is with an entry (rule 4).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils.translation import get_language

from accounts.dates import utc_day
from accounts.models import Member, User
from partners.mail import digest_mail
from partners.models import Notice, NoticeKind, Reminder
from partners.outstanding import contacts_of
from partners.sentences import sentence_of
from progress.models import Stocktake
from progress.stocktakes.coverage import MemberCoverage, coverage_by_member


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


@dataclass(frozen=True)
class ReminderRow:
    """One member on the page of reminders: who is notified of what, or why not."""

    member: Member
    missing: int
    reminded_at: datetime | None
    can_be_reminded: bool
    # How many of the focal point and the deputy can be notified: none, one or both.
    contact_count: int

    @property
    def is_complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class ReminderPreview:
    """All members of a stocktake, and the words that a reminded person reads.

    They are in the language of the page. Each person reads them in their own language.
    """

    rows: Sequence[ReminderRow]
    # The notice, as the focal point of the first delegation to remind reads it.
    notice: str
    subject: str
    text: str

    @property
    def to_remind(self) -> list[ReminderRow]:
        return [row for row in self.rows if row.can_be_reminded]

    @property
    def not_notified(self) -> list[ReminderRow]:
        return [row for row in self.rows if not row.can_be_reminded]


def preview_reminder(
    stocktake: Stocktake, *, reader: User, at: datetime, only: str = ""
) -> ReminderPreview:
    """Return what a reminder would say, to one member or to all. Four queries.

    The mail counts the unread notices of a person. It is shown with one.
    """
    coverages = [
        coverage
        for coverage in coverage_by_member(reader, stocktake, at=at)
        if only in {"", coverage.member.code}
    ]
    found = {one.member: one for one in remindable(stocktake, coverages, at=at)}
    contacts = Counter(
        member for _user, member in contacts_of({one.code for one in found})
    )
    rows = [
        _row(coverage.member, found.get(coverage.member), contacts)
        for coverage in coverages
    ]
    missing = next((row.missing for row in rows if row.can_be_reminded), 0)
    notice = Notice(
        kind=NoticeKind.REMINDER, stocktake=stocktake, missing_count=missing
    )
    mail = digest_mail("", 1, get_language() or settings.LANGUAGE_CODE)
    return ReminderPreview(rows, sentence_of(notice), str(mail.subject), str(mail.body))


def _row(
    member: Member, found: Remindable | None, contacts: Mapping[str, int]
) -> ReminderRow:
    if found is None:
        return ReminderRow(member, 0, None, can_be_reminded=False, contact_count=0)
    return ReminderRow(
        member=member,
        missing=found.missing,
        reminded_at=found.reminded_at,
        can_be_reminded=found.can_be_reminded,
        contact_count=contacts[member.code],
    )
