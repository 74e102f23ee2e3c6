"""The job of a mail about a new device: claimed, sent once at most, asked for again.

At most once: a mail too many about a sign-in frightens people, and one too few can be
seen on the jobs page and sent again there.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.mail import Delivery
from accounts.models import NewDeviceMail, User
from accounts.permissions import can_steer_jobs
from audit.record import record

State = NewDeviceMail.State
# As long as a task may run at all: whoever held it any longer is dead.
LEASE = timedelta(minutes=5)
# A server that was away may be back; after a day and some hours somebody must look.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 240, 1440)]


def claim_mail(*, mail_id: UUID, at: datetime) -> NewDeviceMail | None:
    """Take the job if it waits and is due: one row changed, or None."""
    waiting = NewDeviceMail.objects.due(at).filter(pk=mail_id)
    claimed = waiting.update(
        state=State.SENDING, lease_ends_at=at + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    return NewDeviceMail.objects.select_related("user").get(pk=mail_id)


def finish_mail(*, mail: NewDeviceMail, delivery: Delivery, at: datetime) -> bool:
    """Keep what the server said, for whoever claimed the job and no one else."""
    if delivery is Delivery.NOT_TAKEN and mail.attempts <= len(PAUSES):
        pause = PAUSES[mail.attempts - 1]
        return _write(mail, State.WAITING, at=None, due_at=at + pause)
    states = {
        Delivery.TAKEN: State.SENT,
        Delivery.NOT_TAKEN: State.FAILED,
        Delivery.UNKNOWN: State.UNKNOWN,
    }
    return _write(mail, states[delivery], at=at, due_at=mail.due_at)


def give_up_mail(*, mail: NewDeviceMail, at: datetime) -> bool:
    """End a job whose person can no longer sign in: there is nothing to tell."""
    return _write(mail, State.FAILED, at=at, due_at=mail.due_at, problem=_inactive())


def _write(
    mail: NewDeviceMail,
    state: State,
    *,
    at: datetime | None,
    due_at: datetime,
    problem: str | None = None,
) -> bool:
    held = NewDeviceMail.objects.filter(
        pk=mail.pk, state=State.SENDING, attempts=mail.attempts
    )
    return bool(
        held.update(
            state=state,
            due_at=due_at,
            lease_ends_at=None,
            finished_at=at,
            problem=problem if problem is not None else sentence_for(state),
        )
    )


def mark_lost_mails(*, at: datetime) -> int:
    """Say of mails whose worker was lost that nobody knows whether they went."""
    return NewDeviceMail.objects.lost(at).update(
        state=State.UNKNOWN,
        lease_ends_at=None,
        finished_at=at,
        problem=sentence_for(State.UNKNOWN),
    )


@transaction.atomic
def retry_mail(*, mail_id: UUID, by: User, at: datetime) -> NewDeviceMail:
    """Send a mail after all. Raises PermissionDenied, NewDeviceMail.DoesNotExist, or
    ValidationError with code `illegal_transition`."""
    if not can_steer_jobs(by):
        raise PermissionDenied
    mail = NewDeviceMail.objects.select_for_update().get(pk=mail_id)
    if mail.state not in {State.FAILED, State.UNKNOWN}:
        raise ValidationError(
            _("This mail is %(state)s: that is not possible now."),
            code="illegal_transition",
            params={"state": mail.get_state_display()},
        )
    mail.state, mail.problem, mail.attempts = State.WAITING, "", 0
    mail.due_at, mail.finished_at = at, None
    mail.save(update_fields=["state", "problem", "attempts", "due_at", "finished_at"])
    record(verb="new_device_mail.retry", target=mail, by=by, at=at)
    return mail


def sentence_for(state: State) -> str:
    """Why a job stands as it does, in words an administrator can act on."""
    if state is State.FAILED:
        return _(
            "The mail server refused it, or could not be reached, again and again."
            " See to the mail server, then send it again."
        )
    if state is State.WAITING:
        return _("The mail server did not take it. It is tried again by itself.")
    if state is State.UNKNOWN:
        return _(
            "It is not known whether the mail server took it: the answer, or the"
            " worker, was lost. Sending it again may send it twice."
        )
    return ""


def _inactive() -> str:
    return _("This person's account is not active: there is nobody to tell.")
