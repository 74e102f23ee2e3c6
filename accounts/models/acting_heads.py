"""Who acts as head of delegation, for which member and for how long."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models.members import Member
from accounts.models.people import Role, User
from accounts.querysets import ActingHeadQuerySet

# The longest period, in days. A longer absence needs another head.
LONGEST_PERIOD = 92


class ActingHead(models.Model):
    """An officer named to act as a head of their delegation for a period.

    The database refuses every later change but one: to end it early, once. See
    ADR 0018.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Not started yet")
        ACTING = "acting", _("Acting now")
        OVER = "over", _("Over")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="acting_heads"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="acting_periods"
    )
    # From `starts_at` until just before `ends_at`, or before `ended_at` if that is set.
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="named_acting_heads"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="ended_acting_heads"
    )

    objects = ActingHeadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="acting_head_starts_before_the_end",
            ),
            models.CheckConstraint(
                condition=Q(
                    ends_at__lte=F("starts_at") + timedelta(days=LONGEST_PERIOD)
                ),
                name="acting_head_period_is_not_too_long",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__gte=F("named_at")),
                name="acting_head_is_named_before_the_start",
            ),
            models.CheckConstraint(
                condition=~Q(user=F("named_by")),
                name="acting_head_is_named_by_another",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="acting_head_is_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(ended_at__gte=F("named_at"), ended_at__lt=F("ends_at")),
                name="acting_head_is_ended_early",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "ends_at"], name="acting_head_of_a_person"),
            models.Index(fields=["member", "-named_at"], name="acting_head_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.starts_at:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}"

    @property
    def over_at(self) -> datetime:
        """Return when it is over: at its end, or when it was ended early."""
        return self.ended_at or self.ends_at

    def state_at(self, at: datetime) -> State:
        """Return whether it has started and is over at an instant."""
        if self.over_at <= at:
            return self.State.OVER
        return self.State.ACTING if self.starts_at <= at else self.State.PLANNED

    def covers(self, at: datetime) -> bool:
        """Return whether the person acts, or acted, at an instant."""
        return self.state_at(at) is self.State.ACTING


def heads_of_delegation(member: str, at: datetime) -> list[User]:
    """Return the heads of a member at an instant, in office or acting. One query."""
    period = ActingHead.objects.acting(at).filter(user=OuterRef("pk"), member=member)
    people = User.objects.people().filter(member=member, is_active=True)
    heads = people.annotate(period=Subquery(period.values("pk")[:1])).filter(
        Q(roles__contains=[Role.HEAD.value]) | Q(period__isnull=False)
    )
    found = list(heads.order_by("pk"))
    for person in found:
        person.remember_acting_head(at, vars(person)["period"])
    return [person for person in found if person.is_head_at(at)]


def remember_acting_heads(people: Iterable[User], at: datetime) -> None:
    """Find out for all these people together who acts as head then. One query.

    After it, `is_head_at` needs none.
    """
    officers = [person for person in people if person.has_role(Role.OFFICER)]
    acting = ActingHead.objects.acting(at).filter(user__in=[one.pk for one in officers])
    found = {(row.user_id, row.member_id): row.pk for row in acting}
    for officer in officers:
        period = found.get((officer.pk, officer.member_id or ""))
        officer.remember_acting_head(at, period)
