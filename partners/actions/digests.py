"""The job of a digest: made once a period, claimed, sent once at most, asked for again.

`sending` is committed before any server is asked, and a worker lost after that leaves a
mail of which nobody knows whether it went: see ADR 0006.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.mail import Delivery
from accounts.models import User
from accounts.permissions import can_steer_jobs
from audit.record import record
from partners.actions.preferences import preference_of
from partners.models import Digest, Notice, NoticePreference
from partners.periods import day_of, hour_of
from partners.querysets import NoticeQuerySet

State = Digest.State
# As long as a task may run at all: whoever held it any longer is dead.
LEASE = timedelta(minutes=5)
# A server that was away may be back; after a day and some hours somebody must look.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 240, 1440)]


@transaction.atomic
def make_digest(*, user: User, at: datetime) -> Digest | None:
    """Gather what is news to a person into one mail, if it is time for one.

    The person's row is held, so that of two workers the second finds nothing left.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    preference = preference_of(user)
    period = _period(user, preference, at)
    if period is None or Digest.objects.filter(user=user, period=period).exists():
        return None
    news = worth_telling(user, preference, at).to_mail(at)
    found = list(news.values_list("pk", flat=True))
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


def worth_telling(
    user: User, preference: NoticePreference, at: datetime
) -> NoticeQuerySet:
    """What they may know of at this instant, and want to know of."""
    return Notice.objects.visible_to(user, at).exclude(kind__in=preference.muted)


def claim_digest(*, digest_id: UUID, at: datetime) -> Digest | None:
    """Take the job if it waits and is due: one row changed, or None."""
    claimed = (
        Digest.objects.due(at)
        .filter(pk=digest_id)
        .update(
            state=State.SENDING, lease_ends_at=at + LEASE, attempts=F("attempts") + 1
        )
    )
    if not claimed:
        return None
    return Digest.objects.select_related("user").get(pk=digest_id)


def count_of(digest: Digest, *, at: datetime) -> int:
    """How many of its notices still wait for the person, by the rights of now.

    None for whoever has left, or wants no mails any more.
    """
    preference = preference_of(digest.user)
    if not digest.user.is_active or preference.mail == NoticePreference.Mail.NEVER:
        return 0
    news = worth_telling(digest.user, preference, at)
    return news.filter(digest=digest, read_at=None).count()


def drop_digest(*, digest: Digest, at: datetime) -> bool:
    """End a job that has nothing left to say."""
    return _write(digest, State.DROPPED, at=at)


def finish_digest(*, digest: Digest, delivery: Delivery, at: datetime) -> bool:
    """Keep what the server said, for whoever claimed the job and no one else."""
    if delivery is Delivery.TAKEN:
        return _write(digest, State.SENT, at=at)
    if delivery is Delivery.UNKNOWN:
        return _write(digest, State.UNKNOWN, at=at, problem=_lost())
    if digest.attempts > len(PAUSES):
        return _write(digest, State.FAILED, at=at, problem=_refused())
    pause = PAUSES[digest.attempts - 1]
    problem = _("The mail server did not take it. It is tried again by itself.")
    return _write(digest, State.WAITING, at=None, problem=problem, due_at=at + pause)


def _write(
    digest: Digest,
    state: State,
    *,
    at: datetime | None,
    problem: str = "",
    due_at: datetime | None = None,
) -> bool:
    held = Digest.objects.filter(
        pk=digest.pk, state=State.SENDING, attempts=digest.attempts
    )
    return bool(
        held.update(
            state=state,
            due_at=due_at or digest.due_at,
            lease_ends_at=None,
            finished_at=at,
            problem=problem,
        )
    )


def mark_lost_digests(*, at: datetime) -> int:
    """Say of mails whose worker was lost that nobody knows whether they went."""
    return Digest.objects.lost(at).update(
        state=State.UNKNOWN, lease_ends_at=None, finished_at=at, problem=_lost()
    )


@transaction.atomic
def retry_digest(*, digest_id: UUID, by: User, at: datetime) -> Digest:
    """Send a mail after all, perhaps a second time: an administrator's decision.

    Raises PermissionDenied, Digest.DoesNotExist, or ValidationError with code
    `illegal_transition`.
    """
    if not can_steer_jobs(by):
        raise PermissionDenied
    digest = Digest.objects.select_for_update().get(pk=digest_id)
    if digest.state not in {State.FAILED, State.UNKNOWN}:
        raise ValidationError(
            _("This mail is %(state)s: that is not possible now."),
            code="illegal_transition",
            params={"state": digest.get_state_display()},
        )
    digest.state, digest.problem, digest.attempts = State.WAITING, "", 0
    digest.due_at, digest.finished_at = at, None
    digest.save(update_fields=["state", "problem", "attempts", "due_at", "finished_at"])
    record(verb="digest.retry", target=digest, by=by, at=at)
    return digest


def _refused() -> str:
    return _(
        "The mail server refused it, or could not be reached, again and again."
        " See to the mail server, then send it again."
    )


def _lost() -> str:
    return _(
        "It is not known whether the mail server took it: the answer, or the worker,"
        " was lost. Sending it again may send it twice."
    )
