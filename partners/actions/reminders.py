"""The Presidency reminds a delegation of what is missing."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.day_sentences import day_as
from accounts.models import Member, User
from audit.record import record
from audit.transactions import retried
from partners.actions.notices import notify
from partners.messages import announce_missing
from partners.models import NoticeKind, Reminder
from partners.outstanding import missing_in, people_asked
from partners.permissions import can_remind
from progress.models import Stocktake


@retried
def remind_member(
    *, stocktake_id: UUID, member: Member, by: User, at: datetime
) -> Reminder:
    """Notify the focal point, the deputy and the people with missing items, once a day.

    The Presidency sees that it was done, and not who was notified. Raises
    PermissionDenied, Stocktake.DoesNotExist, or ValidationError with code
    `illegal_transition`, `nothing_missing` or `reminded`.
    """
    if not can_remind(by, at=at):
        raise PermissionDenied
    stocktake = Stocktake.objects.get(pk=stocktake_id)
    if stocktake.state is not Stocktake.State.OPEN:
        raise ValidationError(
            _("You can remind a delegation only while the stocktake is open."),
            code="illegal_transition",
        )
    missing = [
        item for item in missing_in(stocktake, at=at) if item.member == member.pk
    ]
    if not missing:
        raise ValidationError(
            _("%(member)s has no missing entries."),
            code="nothing_missing",
            params={"member": member},
        )
    reminder = _create_reminder(stocktake, member, by=by, at=at)
    name = f"reminder-{reminder.reminded_on.isoformat()}"
    asked = people_asked(missing, at=at)
    announcement = announce_missing(stocktake, NoticeKind.REMINDER, name, asked)
    notify(announcements=[announcement.except_for(by)], at=at)
    record(verb="stocktake.remind", target=stocktake, by=by, at=at, member=member.pk)
    return reminder


def _create_reminder(
    stocktake: Stocktake, member: Member, *, by: User, at: datetime
) -> Reminder:
    today = utc_day(at)
    try:
        with transaction.atomic():
            return Reminder.objects.create(
                stocktake=stocktake,
                member=member,
                reminded_on=today,
                reminded_at=at,
                reminded_by=by,
            )
    except IntegrityError as error:
        raise ValidationError(
            _("%(member)s has already been reminded today, %(day)s in UTC."),
            code="reminded",
            params={"member": member, "day": day_as(today)},
        ) from error
