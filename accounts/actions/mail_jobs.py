"""The job of sending one mail: claim it, finish it, retry it.

A mail is sent at most once. A second mail about a sign-in would frighten people, and a
missing one is on the jobs page, where an administrator can send it again. `sending` is
committed before a mail server is asked: see ADR 0006.
"""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import Delivery
from accounts.models import MailJob, User
from accounts.permissions import can_steer_jobs
from audit.record import record

State = MailJob.State
AnyMail = TypeVar("AnyMail", bound=MailJob)
# The time limit of a task: a worker that held the lease any longer is dead.
LEASE = timedelta(minutes=5)
# The server may be away for a while. After the last pause an administrator decides.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 240, 1440)]

FINAL_STATES = {
    Delivery.TAKEN: State.SENT,
    Delivery.NOT_TAKEN: State.FAILED,
    Delivery.UNWRITABLE: State.FAILED,
    Delivery.UNKNOWN: State.UNKNOWN,
    Delivery.NOT_NEEDED: State.DROPPED,
    Delivery.INACTIVE: State.FAILED,
}
# Why a mail was not sent, and what an administrator can do.
PROBLEMS = {
    Delivery.NOT_TAKEN: gettext_lazy(
        "The mail server refused it or could not be reached, several times."
        " Check the mail server, then send it again."
    ),
    Delivery.UNWRITABLE: gettext_lazy(
        "No mail can be written to this person's address, so no server was asked."
        " Deactivate the account, and invite the person with a correct address."
    ),
    Delivery.UNKNOWN: gettext_lazy(
        "It is not known whether the mail server took it: the answer, or the"
        " worker, was lost. Sending it again may send it twice."
    ),
    Delivery.INACTIVE: gettext_lazy(
        "This person's account is not active, so no mail was sent."
    ),
}


def claim_mail(model: type[AnyMail], *, mail_id: UUID, at: datetime) -> AnyMail | None:
    """Take the job if it waits and is due. Return None if another worker has it."""
    waiting = model.objects.due(at).filter(pk=mail_id)
    claimed = waiting.update(
        state=State.SENDING, lease_ends_at=at + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    return model.objects.get(pk=mail_id)


def finish_mail(*, mail: MailJob, delivery: Delivery, at: datetime) -> bool:
    """Keep the outcome, for the worker that claimed this attempt and no other.

    A mail that the server did not take waits for its next attempt, if it has one left.
    """
    is_tried_again = delivery is Delivery.NOT_TAKEN and mail.attempts <= len(PAUSES)
    held = type(mail).objects.filter(
        pk=mail.pk, state=State.SENDING, attempts=mail.attempts
    )
    if is_tried_again:
        written = held.update(
            state=State.WAITING,
            due_at=at + PAUSES[mail.attempts - 1],
            lease_ends_at=None,
            problem=_("The mail server did not take it. It will be tried again."),
        )
    else:
        written = held.update(
            state=FINAL_STATES[delivery],
            finished_at=at,
            lease_ends_at=None,
            problem=PROBLEMS.get(delivery, ""),
        )
    return bool(written)


def mark_lost_mails(model: type[MailJob], *, at: datetime) -> int:
    """Mark the mails whose worker was lost as unknown: they may have been sent."""
    return model.objects.lost(at).update(
        state=State.UNKNOWN,
        finished_at=at,
        lease_ends_at=None,
        problem=PROBLEMS[Delivery.UNKNOWN],
    )


@transaction.atomic
def retry_mail(
    model: type[AnyMail], *, mail_id: UUID, by: User, at: datetime
) -> AnyMail:
    """Send a failed or unknown mail after all, perhaps for the second time.

    Raises PermissionDenied, the model's DoesNotExist, or ValidationError with code
    `illegal_transition`.
    """
    if not can_steer_jobs(by):
        raise PermissionDenied
    mail = model.objects.select_for_update().get(pk=mail_id)
    if mail.state not in {State.FAILED, State.UNKNOWN}:
        raise ValidationError(
            _("This is not possible now. The state of this mail is “%(state)s”."),
            code="illegal_transition",
            params={"state": mail.get_state_display()},
        )
    mail.state, mail.problem, mail.attempts = State.WAITING, "", 0
    mail.due_at, mail.finished_at = at, None
    mail.save(update_fields=["state", "problem", "attempts", "due_at", "finished_at"])
    record(verb=mail.RETRY_VERB, target=mail, by=by, at=at)
    return mail
