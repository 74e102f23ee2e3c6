"""Members, and which of them holds the chair."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.languages import TAG_LENGTH, TAG_PATTERN
from accounts.models.edited import EditedRow
from accounts.querysets import MemberQuerySet
from accounts.wording.names import NameColumn, name_order
from audit.statements import run_planned


class Member(EditedRow):
    """A participant in the G7: one of the seven states, or the European Union.

    `code` is ISO 3166-1 alpha-2, with the reserved code EU.
    """

    class Kind(models.TextChoices):
        STATE = "state", pgettext_lazy("a kind of member", "State")
        ORGANIZATION = "organization", _("Organization")

    edited_fields = ("language", "skips_clearance")

    code = models.CharField(primary_key=True, max_length=2)
    name = NameColumn(max_length=80, unique=True, context="member")
    kind = models.CharField(max_length=12, choices=Kind)
    # A BCP 47 tag: the language in which its drafts begin. Empty where none is loaded.
    language = models.CharField(max_length=TAG_LENGTH, blank=True)
    # Its officers' entries go to the Presidency without a head's clearance.
    skips_clearance = models.BooleanField(default=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}$"), name="member_code_is_alpha_2"
            ),
            models.CheckConstraint(
                condition=Q(language="") | Q(language__regex=TAG_PATTERN),
                name="member_language_is_a_tag",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def members_in_order(members: Iterable[Member]) -> list[Member]:
    """Return the seven states by name, in the active language, and then the EU."""
    return sorted(
        members,
        key=lambda member: (member.kind != Member.Kind.STATE, name_order(member.name)),
    )


class PresidencyQuerySet(models.QuerySet["Presidency"]):
    def at(self, at: datetime | OuterRef) -> "PresidencyQuerySet":
        """Return the presidency that holds the chair at an instant: one row or none."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def between(self, start: datetime, end: datetime) -> "PresidencyQuerySet":
        """Return every presidency that holds the chair at some time in [start, end]."""
        return self.filter(starts_at__lte=end, ends_at__gt=start)


class Presidency(EditedRow):
    """The member that holds the chair from `starts_at` until just before `ends_at`."""

    edited_fields = ("member",)

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="presidencies"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = PresidencyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "presidencies"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="presidency_starts_before_it_ends",
            ),
            ExclusionConstraint(
                name="presidency_one_chair_at_a_time",
                expressions=[
                    (
                        Func(F("starts_at"), F("ends_at"), function="TSTZRANGE"),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.starts_at:%Y}"

    def has_begun(self, at: datetime) -> bool:
        """Return whether it has begun by then. After that it is never changed."""
        return self.starts_at <= at


# As `PresidencyQuerySet.at`. Most requests ask it.
_CHAIR = """
    SELECT member_id FROM accounts_presidency WHERE starts_at <= %s AND ends_at > %s
"""


def chair_at(at: datetime) -> str | None:
    """Return the code of the member that holds the chair at an instant."""
    row: tuple[str] | None = run_planned(_CHAIR, [at, at]).fetchone()
    return row[0] if row else None
