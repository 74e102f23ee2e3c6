"""What a restore must not bring back of accounts: keys, codes, sessions, waiting mails.

Each function works on the connection of the owner, in a transaction that has switched
off the triggers, and returns how much it changed.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from accounts.models import ApiKey, FormToken, IdempotencyKey, MailJob


def revoke_all_keys(*, at: datetime, using: str) -> int:
    """Revoke every API key: one that was revoked since the backup would work again."""
    return ApiKey.objects.using(using).filter(revoked_at=None).update(revoked_at=at)


def use_up_recovery_codes(*, using: str) -> int:
    """Let no recovery code work: one that was used since the backup would work again.

    People sign in with their passkey or app, and make new codes.
    """
    every = Authenticator.objects.using(using)
    codes = every.filter(type=Authenticator.Type.RECOVERY_CODES)
    count: int = codes.update(data={"digests": []})
    return count


def end_all_sessions(*, using: str) -> int:
    """End every session, and forget the answers kept for repeated requests."""
    UserSession.objects.using(using).all().delete()
    FormToken.objects.using(using).all().delete()
    IdempotencyKey.objects.using(using).all().delete()
    return Session.objects.using(using).all().delete()[0]


def hold_mails(*, at: datetime, using: str) -> int:
    """Stop every mail that waits: it may have been sent since the backup.

    An administrator decides about each on the page of jobs.
    """
    return sum(
        model.objects.using(using)
        .filter(state__in=[MailJob.State.WAITING, MailJob.State.SENDING])
        .update(
            state=MailJob.State.UNKNOWN,
            finished_at=at,
            lease_ends_at=None,
            problem=_(
                "The system was restored from a backup. This mail may have been sent"
                " after the backup was made. Sending it again may send it twice."
            ),
        )
        for model in MailJob.__subclasses__()
    )
