"""Name an acting head of delegation, and end the period early.

See ADR 0018. Each act locks the person first: naming, ending and a change of the
person's account then wait for each other.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import LONGEST_PERIOD, ActingHead, User
from accounts.permissions import (
    can_be_acting_head,
    can_end_acting_head,
    can_name_acting_head,
)
from audit.record import record
from audit.transactions import retried

# A later start is probably a mistyped year.
FURTHEST_START = timedelta(days=366)


@retried
def name_acting_head(
    *, user: User, starts_at: datetime | None, ends_at: datetime, by: User, at: datetime
) -> ActingHead:
    """Name an officer of the head's own delegation. Without a start it is at once.

    Raises PermissionDenied, or ValidationError: a dict of fields.
    """
    people = User.objects.people().select_for_update(no_key=True).order_by("pk")
    locked = {person.pk: person for person in people.filter(pk__in=[user.pk, by.pk])}
    head, person = locked.get(by.pk), locked.get(user.pk)
    if head is None or not can_name_acting_head(by) or not can_name_acting_head(head):
        raise PermissionDenied
    member = head.delegation
    if person is None or member is None or not can_be_acting_head(person, member):
        raise _problem("user", _("Choose an active officer of your delegation."))
    starts_at = starts_at or at
    _require_period(starts_at, ends_at, at=at)
    _require_free(person, starts_at, ends_at, at=at)
    acting_head = ActingHead.objects.create(
        member_id=member,
        user=person,
        starts_at=starts_at,
        ends_at=ends_at,
        named_at=at,
        named_by=head,
    )
    _record("name", acting_head, by=by, at=at)
    return acting_head


@retried
def end_acting_head(*, acting_head_id: UUID, by: User, at: datetime) -> ActingHead:
    """End a period at once. What is over is left as it is.

    Raises ActingHead.DoesNotExist (also for what `by` may not know of), or
    PermissionDenied.
    """
    visible = ActingHead.objects.visible_to(by)
    found = visible.select_for_update(of=["self"], no_key=True)
    acting_head = found.select_related("user").get(pk=acting_head_id)
    if not can_end_acting_head(by, acting_head):
        raise PermissionDenied
    if acting_head.over_at > at:
        _end(acting_head, by=by, at=at)
    return acting_head


def end_lost_periods(person: User, *, by: User, at: datetime) -> None:
    """End the periods of a person who can be acting head of that member no more.

    Part of the act that changes or deactivates the person.
    """
    periods = ActingHead.objects.filter(user=person).not_over(at)
    for acting_head in periods.select_for_update(no_key=True).order_by("pk"):
        if not can_be_acting_head(person, acting_head.member_id):
            _end(acting_head, by=by, at=at)


def _end(acting_head: ActingHead, *, by: User, at: datetime) -> None:
    # A clock of another process may be behind that of the naming.
    ended_at = max(at, acting_head.named_at)
    acting_head.ended_at, acting_head.ended_by = ended_at, by
    acting_head.save(update_fields=["ended_at", "ended_by"])
    _record("end", acting_head, by=by, at=at)


def _require_period(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    if starts_at < at:
        raise _problem(
            "starts_at",
            _("The start has passed. Leave it empty to start now."),
        )
    if starts_at > at + FURTHEST_START:
        raise _problem("starts_at", _("The start must be within a year."))
    if ends_at <= starts_at:
        raise _problem("ends_at", _("The end must be after the start."))
    if ends_at > starts_at + timedelta(days=LONGEST_PERIOD):
        sentence = ngettext(
            "The period can have %(count)d day at most.",
            "The period can have %(count)d days at most.",
            LONGEST_PERIOD,
        )
        raise _problem("ends_at", sentence % {"count": LONGEST_PERIOD})


def _require_free(
    person: User, starts_at: datetime, ends_at: datetime, *, at: datetime
) -> None:
    """Refuse a period that overlaps another one of the same person."""
    others = ActingHead.objects.filter(user=person).not_over(at)
    if others.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise _problem(
            "user",
            _(
                "%(person)s is already acting head for part of this period. End that"
                " period first, or choose other dates."
            )
            % {"person": person},
        )


def _problem(field: str, sentence: str) -> ValidationError:
    error = ValidationError(sentence, code="invalid")
    return ValidationError({field: error})


def _record(verb: str, acting_head: ActingHead, *, by: User, at: datetime) -> None:
    """Record who acts for which member, from when to when."""
    record(
        verb=f"acting_head.{verb}",
        target=acting_head,
        by=by,
        at=at,
        member=acting_head.member_id,
        data={
            "user": str(acting_head.user_id),
            "starts_at": acting_head.starts_at.isoformat(),
            "ends_at": acting_head.over_at.isoformat(),
        },
    )
