"""Members, presidencies, people, API keys and mails about accounts."""

import uuid
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import cached_property
from typing import ClassVar, TypeVar, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.api_keys import has_digest, prefix_of
from accounts.querysets import (
    ApiKeyQuerySet,
    KnownDeviceQuerySet,
    MailJobQuerySet,
    MemberQuerySet,
    UserQuerySet,
)

Answer = TypeVar("Answer")


class Member(models.Model):
    """A participant in the G7: one of the seven states, or the European Union.

    `code` is ISO 3166-1 alpha-2, with the reserved code EU.
    """

    class Kind(models.TextChoices):
        STATE = "state", _("State")
        ORGANIZATION = "organization", _("Organization")

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    # Its officers' entries go to the Presidency without a head's clearance.
    skips_clearance = models.BooleanField(default=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}$"), name="member_code_is_alpha_2"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PresidencyQuerySet(models.QuerySet["Presidency"]):
    def at(self, at: datetime | OuterRef) -> "PresidencyQuerySet":
        """Return the presidency that holds the chair at an instant: one row or none."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def between(self, start: datetime, end: datetime) -> "PresidencyQuerySet":
        """Return every presidency that holds the chair at some time in [start, end]."""
        return self.filter(starts_at__lte=end, ends_at__gt=start)


class Presidency(models.Model):
    """The member that holds the chair from `starts_at` until just before `ends_at`."""

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


def chair_at(at: datetime) -> str | None:
    """Return the code of the member that holds the chair at an instant."""
    return Presidency.objects.at(at).values_list("member_id", flat=True).first()


class Role(models.TextChoices):
    """What a person does here. The first four roles act for the person's member."""

    CONTRIBUTOR = "contributor", _("Contributor")
    OFFICER = "officer", _("Delegation officer")
    HEAD = "head", _("Head of delegation")
    COORDINATOR = "coordinator", _("Coordinator")
    OBSERVER = "observer", _("Observer")
    ASSESSOR = "assessor", _("Assessor")
    ADMINISTRATOR = "administrator", _("Administrator")


DELEGATION_ROLES = frozenset(
    {Role.CONTRIBUTOR, Role.OFFICER, Role.HEAD, Role.COORDINATOR}
)


class Scope(models.TextChoices):
    """What an API key may be used for. A scope only narrows its user's rights."""

    READ_CLEAR = "read:clear"
    READ_GREEN = "read:green"
    READ_OWN = "read:own"
    WRITE_ENTRIES = "write:entries"
    WRITE_ASSESSMENTS = "write:assessments"
    READ_REPORTS = "read:reports"
    COMPILE_REPORTS = "compile:reports"
    MANAGE_WEBHOOKS = "manage:webhooks"


class AccountState(models.TextChoices):
    """Whether a person can sign in."""

    ACTIVE = "active", _("Active")
    INVITED = "invited", _("Invited")
    DEACTIVATED = "deactivated", _("Deactivated")


class User(AbstractBaseUser):
    """A person, or the service user that an API key acts as. Never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    roles = ArrayField(
        models.CharField(max_length=16, choices=Role), default=list, blank=True
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    is_service = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # Counts the changes of this account by an administrator or the person.
    version = models.PositiveIntegerField(default=1)

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # The scopes of the API key in use, or None for a person in a browser. Set by the
    # authentication with the key, and never stored.
    scopes: frozenset[str] | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique"),
            # Sign-in looks an address up in lower case.
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=list(Role.values)),
                name="user_roles_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(roles__overlap=sorted(DELEGATION_ROLES))
                | Q(member__isnull=False),
                name="user_of_a_delegation_has_a_member",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def has_role(self, *roles: Role) -> bool:
        """Return whether this active person has one of these roles."""
        return self.is_active and not set(roles).isdisjoint(self.roles)

    @property
    def reads_entries(self) -> bool:
        """Whether a role of this person reads published entries.

        An administrator reads none unless another role of theirs does.
        """
        return self.has_role(Role.OBSERVER, Role.ASSESSOR, *DELEGATION_ROLES)

    @property
    def is_administrator(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def account_state(self) -> AccountState:
        """Return the state. A person is invited until they set a first password."""
        if not self.is_active:
            return AccountState.DEACTIVATED
        has_password = self.has_usable_password()
        return AccountState.ACTIVE if has_password else AccountState.INVITED

    @property
    def role_labels(self) -> list[str]:
        """Return the labels of the roles, in their stored order."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def delegation(self) -> str | None:
        """Return the code of the member this person acts for by role, or None."""
        return self.member_id if self.has_role(*DELEGATION_ROLES) else None

    def may(self, scope: Scope) -> bool:
        """Return whether this use is allowed: with a key, only by its scopes."""
        return self.scopes is None or scope in self.scopes

    def is_presidency(self, at: datetime) -> bool:
        """Return whether this is a coordinator, in person, of the chair's member."""
        return (
            self.scopes is None
            and self.has_role(Role.COORDINATOR)
            and self.member_id == self.chair_at(at)
        )

    def chair_at(self, at: datetime) -> str | None:
        """Return `chair_at`, with one query for all 224 cells of a page."""
        return self.ask_once(("chair", at), lambda: chair_at(at))

    def ask_once(self, question: Hashable, query: Callable[[], Answer]) -> Answer:
        """Return the answer to a question, from the first query for it.

        Answers are kept with this object, which lives as long as one request.
        """
        if question not in self._answers:
            self._answers[question] = query()
        return cast("Answer", self._answers[question])

    def remember(self, question: Hashable, answer: object) -> None:
        """Keep an answer that was read together with something else."""
        self._answers[question] = answer

    @cached_property
    def _answers(self) -> dict[Hashable, object]:
        return {}


class ApiKey(models.Model):
    """A secret with which a partner's machine acts as a service user.

    The key itself is shown once. Stored are its prefix, to find the row, and its
    SHA-256. A key has 256 random bits, so a slow hash would add nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=24, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=Q(revoked_at__isnull=True),
                name="api_key_name_is_unique_while_not_revoked",
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(Scope.values))
                & Q(scopes__len__gt=0),
                name="api_key_scopes_are_known",
            ),
            models.CheckConstraint(
                condition=Q(created_at__lt=F("expires_at")),
                name="api_key_expires_after_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, at: datetime) -> bool:
        """Return whether it is not revoked or expired, and its user is active."""
        return self.revoked_at is None and at < self.expires_at and self.user.is_active


def find_api_key(token: str, at: datetime) -> ApiKey | None:
    """Return the key of this token with its user and member, if it is usable."""
    prefix = prefix_of(token)
    if prefix is None:
        return None
    key = ApiKey.objects.select_related("user__member").filter(prefix=prefix).first()
    if key is None or not has_digest(token, key.digest) or not key.is_usable(at):
        return None
    return key


class KnownDevice(models.Model):
    """A browser that a person has used. Only the digest of its token is stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="devices")
    digest = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    objects = KnownDeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "digest"], name="known_device_is_one_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.first_seen_at:%Y-%m-%d}"


class MailJob(models.Model):
    """One mail to one person, and the job of sending it.

    The row is `sending` in the database before a mail server is asked. If the worker is
    lost after that, the mail may have been sent or not: the row becomes `unknown`, and
    only an administrator can have it sent again. See ADR 0006.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Not needed any more")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    # The mail is not sent before this. Each refusal makes the pause longer.
    due_at = models.DateTimeField()
    lease_ends_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Why it was not sent, and what an administrator can do.
    problem = models.CharField(max_length=500, blank=True)
    finished_at = models.DateTimeField(null=True)

    # The user is a field of each kind of mail. `RETRY_VERB` is the audit event's.
    user: models.ForeignKey[User, User]
    RETRY_VERB: ClassVar[str]

    objects = MailJobQuerySet.as_manager()

    class Meta:
        abstract = True


def leased_while_sending(name: str) -> models.CheckConstraint:
    """Return the constraint that a mail job has a lease only while it is sent."""
    return models.CheckConstraint(
        condition=Q(state="sending", lease_ends_at__isnull=False)
        | (~Q(state="sending") & Q(lease_ends_at__isnull=True)),
        name=name,
    )


def unfinished_mails(name: str) -> models.Index:
    """Return the index by which a sweep finds the mail jobs that are not finished."""
    condition = Q(state__in=["waiting", "sending"])
    return models.Index(fields=["due_at"], condition=condition, name=name)


class NewDeviceMail(MailJob):
    """The mail that tells a person about a sign-in from a new device."""

    RETRY_VERB = "new_device_mail.retry"

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="new_device_mails"
    )
    signed_in_at = models.DateTimeField()
    # Never dropped: if the person is deactivated before, it fails.
    state = models.CharField(
        max_length=7,
        choices=[choice for choice in MailJob.State.choices if choice[0] != "dropped"],
        default=MailJob.State.WAITING,
    )

    class Meta:
        constraints = [
            leased_while_sending("new_device_mail_is_leased_while_sending"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["sent", "failed", "unknown"], finished_at__isnull=False
                )
                | Q(state__in=["waiting", "sending"], finished_at__isnull=True),
                name="new_device_mail_is_finished_at_a_time",
            ),
        ]
        indexes = [unfinished_mails("new_device_mail_at_work")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.signed_in_at:%Y-%m-%d %H:%M}"
