"""How a person wants to be told."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import require_version
from audit.record import record
from partners.models import NoticeKind, NoticePreference


def preference_of(user: User) -> NoticePreference:
    """What they have chosen, or what holds for whoever has not: version 0."""
    chosen = NoticePreference.objects.filter(user=user).first()
    return chosen or NoticePreference(user=user, version=0)


@transaction.atomic
def set_preference(
    *, mail: str, muted: Collection[str], version: int, by: User, at: datetime
) -> NoticePreference:
    """Raises StaleRow, or ValidationError with code `unknown`."""
    # The person's own row is held: there may be none of theirs yet to hold.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    preference = preference_of(by)
    require_version(preference, version)
    _require_known(mail, muted)
    preference.mail = mail
    preference.muted = [kind.value for kind in NoticeKind if kind in muted]
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
    if mail not in NoticePreference.Mail.values or not set(muted) <= set(
        NoticeKind.values
    ):
        raise ValidationError(_("That is not one of the choices."), code="unknown")
