"""Which notices and mails a person wants to get."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from partners.models import MUTABLE_KINDS, NoticePreference


def preference_of(user: User) -> NoticePreference:
    """Return what the person has chosen, or the defaults with version 0."""
    chosen = NoticePreference.objects.filter(user=user).first()
    return chosen or NoticePreference(user=user, version=0)


@transaction.atomic
def set_preference(
    *, mail: str, muted: Collection[str], version: int, by: User, at: datetime
) -> NoticePreference:
    """Save a person's choices.

    Raises StaleRow, or ValidationError with code `unknown`.
    """
    # The person's row is locked, because a first choice has no row yet to lock.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    preference = preference_of(by)
    require_version(preference, version)
    _require_known(mail, muted)
    preference.mail = mail
    preference.muted = [kind.value for kind in MUTABLE_KINDS if kind in muted]
    preference.version += 1
    preference.save()
    record(
        verb="notice_preference.set",
        target=preference,
        by=by,
        at=at,
        data={"mail": mail, "muted": preference.muted},
    )
    return preference


def _require_known(mail: str, muted: Collection[str]) -> None:
    if mail not in NoticePreference.Mail.values or not set(muted) <= set(MUTABLE_KINDS):
        raise ValidationError(_("Choose one of the values offered."), code="unknown")
