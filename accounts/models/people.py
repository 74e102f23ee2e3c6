"""People and service users, with their roles."""

import uuid
from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Self, TypeVar, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.dates import utc_day
from accounts.models.assessing_bodies import AssessingBody
from accounts.models.members import Member
from accounts.passwords.normal_form import normal
from accounts.querysets import UserQuerySet
from audit.statements import run_planned

Answer = TypeVar("Answer")


class Role(models.TextChoices):
    """What a person does here. The first four roles act for the person's member.

    An assessor acts for an assessing body.
    """

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


# As `PresidencyQuerySet.at` and `ActingHeadQuerySet.acting`.
_PRESENT = """
    SELECT
        (SELECT member_id FROM accounts_presidency
            WHERE starts_at <= %s AND ends_at > %s),
        (SELECT id FROM accounts_actinghead
            WHERE user_id = %s AND member_id = %s AND starts_at <= %s
                AND ends_at > %s AND (ended_at IS NULL OR ended_at > %s))
"""


class User(AbstractBaseUser):
    """A person, or the service user that an API key acts as. Never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    # For an assessor. One without a body reads, and scores nothing.
    body = models.ForeignKey(
        AssessingBody,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    roles = ArrayField(
        models.CharField(max_length=16, choices=Role), default=list, blank=True
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    # One of `settings.LANGUAGES`. Empty: pages are in what the browser asks for, and
    # mails are in English.
    language = models.CharField(max_length=35, default="", db_default="", blank=True)
    is_active = models.BooleanField(default=True)
    is_service = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # The last UTC day of their roles, or empty. After it the account is as deactivated.
    role_ends_on = models.DateField(null=True, blank=True)
    # When the person closed the tour of their first visit. Empty: it is shown.
    tour_closed_at = models.DateTimeField(null=True)
    # Counts the changes of this account by an administrator or the person.
    version = models.PositiveIntegerField(default=1)

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # The scopes of the API key in use, or None for a person in a browser. Set by the
    # authentication with the key, and never stored.
    scopes: frozenset[str] | None = None
    # With the scopes: the slug of the instrument that this key is limited to, if any.
    # See `ApiKey.instrument_owner`.
    instrument_owner: str | None = None
    # For the public, who are no row: since when anyone may read clear entries.
    public_since: datetime | None = None

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
            models.CheckConstraint(
                condition=Q(body__isnull=True)
                | Q(roles__contains=[Role.ASSESSOR], member__isnull=True),
                name="user_of_a_body_is_an_assessor",
            ),
            models.CheckConstraint(
                condition=Q(is_service=False) | Q(role_ends_on__isnull=True),
                name="user_of_a_key_ends_with_its_key",
            ),
        ]

    def __str__(self) -> str:
        """Return the name. That of a service user says that it is a key."""
        name = self.name or self.email
        return gettext("%(name)s (key)") % {"name": name} if self.is_service else name

    def set_password(self, raw_password: str | None) -> None:
        """Set the password in its one form. With None, no password works any more."""
        super().set_password(None if raw_password is None else normal(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether this is the password. It is hashed once, right or wrong."""
        return super().check_password(normal(raw_password or ""))

    @classmethod
    def from_db(cls, *columns: Any, **options: Any) -> Self:
        """Load an account, which is not active any more once its role has ended.

        Every rule asks whether the person is active. So the role ends for all of them
        at the first instant after its last day, before a task writes it down.
        """
        person = super().from_db(*columns, **options)
        ends_on: date | None = vars(person).get("role_ends_on")
        if ends_on is not None and ends_on < utc_day(timezone.now()):
            person.is_active = False
        return person

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
        """Return the state. A person is invited until they can sign in.

        They set a first password, or link single sign-on, which sets one no one knows.
        """
        if not self.is_active:
            return AccountState.DEACTIVATED
        has_password = self.has_usable_password()
        return AccountState.ACTIVE if has_password else AccountState.INVITED

    @property
    def was_withdrawn(self) -> bool:
        """Whether the person was deactivated before they ever signed in."""
        return not self.is_active and self.last_login is None

    @property
    def own_language(self) -> str:
        """Return the language of mails and feeds, which no browser asks for."""
        return self.language or settings.LANGUAGE_CODE

    @property
    def role_labels(self) -> list[str]:
        """Return the labels of the roles, in their stored order."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def delegation(self) -> str | None:
        """Return the code of the member this person acts for by role, or None."""
        return self.member_id if self.has_role(*DELEGATION_ROLES) else None

    @property
    def assessing_body(self) -> str | None:
        """Return the slug of the body this assessor scores for by role, or None.

        A key acts for a body only with the scope to write its scores.
        """
        is_assessor = self.has_role(Role.ASSESSOR) and self.may(Scope.WRITE_ASSESSMENTS)
        return self.body_id if is_assessor else None

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

    def acting_head_at(self, at: datetime) -> uuid.UUID | None:
        """Return the `ActingHead` under which this officer acts at an instant, if any.

        A head acts under none.
        """
        can_act = self.has_role(Role.OFFICER) and not self.has_role(Role.HEAD)
        if self.scopes is not None or not can_act:
            return None
        return self.ask_once(("acting head", at), lambda: self._read_present(at)[1])

    def remember_acting_head(self, at: datetime, found: uuid.UUID | None) -> None:
        """Keep the answer to `acting_head_at` that was read with something else."""
        self.remember(("acting head", at), found)

    def is_head_at(self, at: datetime) -> bool:
        """Return whether this is a head of delegation, or acts as one, at an instant.

        This is the only place where a rule finds out that a person is a head.
        """
        return self.has_role(Role.HEAD) or self.acting_head_at(at) is not None

    def chair_at(self, at: datetime) -> str | None:
        """Return `chair_at`, with one query for all 224 cells of a page."""
        return self.ask_once(("chair", at), lambda: self._read_present(at)[0])

    def _read_present(self, at: datetime) -> tuple[str | None, uuid.UUID | None]:
        """Return the chair and the period of this acting head, and keep both answers.

        Most requests ask for both: this is one query.
        """
        values = [at, at, self.pk, self.member_id, at, at, at]
        chair, acting_head = run_planned(_PRESENT, values).fetchone()
        self.remember_chair(at, chair)
        self.remember_acting_head(at, acting_head)
        return chair, acting_head

    def remember_chair(self, at: datetime, chair: str | None) -> None:
        """Keep the answer to `chair_at` that was read together with something else."""
        self.remember(("chair", at), chair)

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
