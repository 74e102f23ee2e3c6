"""Make the mail that tells a person how many notices they have not read."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from partners.actions.preferences import preference_of
from partners.models import Digest, Notice, NoticePreference
from partners.periods import day_of, hour_of
from partners.querysets import NoticeQuerySet


@transaction.atomic
def make_digest(*, user: User, at: datetime) -> Digest | None:
    """Gather a person's new notices into one mail, if it is time for one.

    The person's row is locked, so that the second of two workers finds no notice left.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    preference = preference_of(user)
    period = _period(user, preference, at)
    if period is None or Digest.objects.filter(user=user, period=period).exists():
        return None
    notices = wanted_notices(user, preference, at).to_mail(at)
    found = list(notices.values_list("pk", flat=True))
    if not found:
        return None
    digest = Digest.objects.create(user=user, period=period, created_at=at, due_at=at)
    Notice.objects.filter(pk__in=found, digest=None).update(digest=digest)
    return digest


def _period(user: User, preference: NoticePreference, at: datetime) -> str | None:
    if not user.is_active or preference.mail == NoticePreference.Mail.NEVER:
        return None
    if preference.mail == NoticePreference.Mail.DAILY:
        return day_of(at, user.time_zone)
    last = user.digests.order_by("-created_at").first()
    return hour_of(at, last.created_at if last is not None else None)


def wanted_notices(
    user: User, preference: NoticePreference, at: datetime
) -> NoticeQuerySet:
    """Return the notices a person may see at this instant and has not muted."""
    return Notice.objects.visible_to(user, at).exclude(kind__in=preference.muted)


def count_of(digest: Digest, *, at: datetime) -> int:
    """Return how many of its notices are unread, by the person's rights of now.

    It is 0 if the account is not active, or if the person wants no mails any more.
    """
    preference = preference_of(digest.user)
    if not digest.user.is_active or preference.mail == NoticePreference.Mail.NEVER:
        return 0
    notices = wanted_notices(digest.user, preference, at)
    return notices.filter(digest=digest, read_at=None).count()
