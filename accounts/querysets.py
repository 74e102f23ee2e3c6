"""Sets of accounts, keys and mails, who may see them, and how a page is numbered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.utils import timezone

from accounts.dates import utc_day

if TYPE_CHECKING:
    from accounts.models import (  # noqa: F401
        ActingHead,
        ApiKey,
        KnownDevice,
        MailJob,
        Member,
        PendingGrant,
        User,
    )

AnyMail = TypeVar("AnyMail", bound="MailJob")
# No browser keeps a cookie for longer.
REMEMBERED = timedelta(days=400)
# A request for a grant that no one agrees to in this time has no effect any more.
OPEN_FOR = timedelta(days=14)


class MemberQuerySet(models.QuerySet["Member"]):
    def codes(self) -> list[str]:
        """Return all codes, to compare in Python: PostgreSQL refuses some texts."""
        return list(self.order_by("pk").values_list("pk", flat=True))

    def languages(self) -> dict[str, str]:
        """Return the language of each member by its code, to look up in Python."""
        return dict(self.values_list("pk", "language"))


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, reader: User) -> Self:
        """Administrators see every account, other people only their own."""
        if _is_administrator_in_person(reader):
            return self.all()
        return self.filter(pk=reader.pk)

    def named_to(self, reader: User) -> Self:
        """Return the accounts whose names a reader may read.

        They are those of their delegation or body. The name of a key is for those who
        see the key. Administrators read every name.
        """
        if _is_administrator_in_person(reader):
            return self.all()
        if reader.delegation is not None:
            ours = self.filter(member=reader.delegation)
            return ours if _sees_keys_of_member(reader) else ours.people()
        if reader.assessing_body is not None:
            ours = self.filter(body=reader.assessing_body)
            return ours if _sees_keys_of_body(reader) else ours.people()
        return self.none()

    def get_by_natural_key(self, email: str) -> User:
        """Return the person with this address, in upper or lower case."""
        return self.get(email=email.lower())

    def people(self) -> Self:
        return self.filter(is_service=False)

    def who_came(self) -> Self:
        """Return the accounts without people who never accepted their invitation.

        A head may have invited an address that is in use elsewhere, and must not learn
        it. So no list of the delegation but that of its invitations names the invited.
        """
        has_no_password = models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return self.exclude(has_no_password, is_service=False, last_login__isnull=True)

    def services(self) -> Self:
        return self.filter(is_service=True)

    def active_administrators(self) -> Self:
        found = self.people().filter(is_active=True, roles__contains=["administrator"])
        return found.exclude(role_ends_on__lt=utc_day(timezone.now()))

    def with_ended_roles(self, at: datetime) -> Self:
        """Return the people still active whose role ended before this UTC day."""
        return self.people().filter(is_active=True, role_ends_on__lt=utc_day(at))

    def with_roles_ending(self, at: datetime, *, within: timedelta) -> list[User]:
        """Return the active people whose last day is soon, with their members."""
        days = (utc_day(at), utc_day(at + within))
        people = self.people().who_came()
        ending = people.filter(is_active=True, role_ends_on__range=days)
        return list(ending.select_related("member").order_by("role_ends_on", "pk"))

    def heads_in_office(self, member: str | None) -> Self:
        """Return the heads of a member, without those who only act as one."""
        heads = self.people().filter(member=member, roles__contains=["head"])
        today = utc_day(timezone.now())
        return heads.filter(is_active=True).exclude(role_ends_on__lt=today)

    def in_account_state(self, state: str) -> Self:
        """Return the people with this `account_state`."""
        if state == "deactivated":
            return self.filter(is_active=False)
        has_no_password = models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        active = self.filter(is_active=True)
        if state == "invited":
            return active.filter(has_no_password)
        return active.exclude(has_no_password)


class ActingHeadQuerySet(models.QuerySet["ActingHead"]):
    def visible_to(self, reader: User) -> Self:
        """A delegation sees its own acting heads. No key and no one else sees any."""
        if reader.scopes is not None or reader.delegation is None:
            return self.none()
        return self.filter(member=reader.delegation)

    def not_over(self, at: datetime | models.OuterRef) -> Self:
        """Return those who act at an instant, or will later."""
        is_ended = models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=at)
        return self.filter(is_ended, ends_at__gt=at)

    def acting(self, at: datetime | models.OuterRef) -> Self:
        """Return those who act at an instant: at most one row for each person."""
        return self.not_over(at).filter(starts_at__lte=at)

    def newest_first(self) -> Self:
        return self.order_by("-named_at", "-starts_at", "pk")


class PendingGrantQuerySet(models.QuerySet["PendingGrant"]):
    def visible_to(self, reader: User, at: datetime) -> Self:
        """Administrators see all. Heads see what concerns their own delegation.

        The Presidency's coordinators see those about members that have no head yet. A
        head's invitation of an address in use is for administrators alone: it would
        tell the head that there is such an account.
        """
        if _is_administrator_in_person(reader):
            return self.all()
        if reader.scopes is not None or reader.is_service:
            return self.none()
        seen = models.Q(pk__in=[])
        if reader.delegation is not None and reader.is_head_at(at):
            seen |= models.Q(member=reader.delegation)
        if reader.is_presidency(at):
            seen |= models.Q(is_for_presidency=True)
        return self.filter(seen).exclude(kind="clash")

    def clashes_of(self, member: str | None) -> Self:
        """Return the invitations of a member's heads to addresses that are in use.

        They end like any other, with the last day of the roles.
        """
        found = self.filter(kind="clash", member=member, decided_at__isnull=True)
        return found.exclude(role_ends_on__lt=utc_day(timezone.now()))

    def waiting(self, at: datetime) -> Self:
        """Return those that a second administrator can still agree to."""
        since = at - OPEN_FOR
        return self.filter(decided_at__isnull=True, requested_at__gt=since)

    def newest_first(self) -> Self:
        return self.order_by("-requested_at", "pk")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, reader: User) -> Self:
        """Administrators see every key, officers and heads those of their member.

        Assessors see those of their body. What is shown of a key never contains its
        secret.
        """
        if _is_administrator_in_person(reader):
            return self.all()
        seen = models.Q(pk__in=[])
        if _sees_keys_of_member(reader):
            seen |= models.Q(user__member=reader.delegation)
        if _sees_keys_of_body(reader):
            seen |= models.Q(user__body=reader.assessing_body)
        return self.filter(seen)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "pk")

    def with_last_use(self) -> Any:
        """Add `last_used_at`, as far back as uses are kept."""
        model: Any = apps.get_model("accounts", "ApiKeyUse")
        uses = model.objects.filter(key=models.OuterRef("pk")).order_by("-at")
        return self.annotate(last_used_at=models.Subquery(uses.values("at")[:1]))


class KnownDeviceQuerySet(models.QuerySet["KnownDevice"]):
    def of_address(self, email: str, digest: str) -> Self:
        """Return the browser if the person with this address has used it."""
        return self.filter(user__email=email.lower(), digest=digest)

    def forgotten_by(self, at: datetime) -> Self:
        """Return browsers not seen for so long that they have dropped their cookie."""
        return self.filter(last_seen_at__lt=at - REMEMBERED)


class MailJobQuerySet(models.QuerySet[AnyMail]):
    def visible_to(self, reader: User) -> Self:
        """Administrators see every job. The rows hold nothing of a mail's content."""
        return self.all() if _is_administrator_in_person(reader) else self.none()

    def due(self, at: datetime) -> Self:
        return self.filter(state="waiting", due_at__lte=at)

    def lost(self, at: datetime) -> Self:
        """Those whose worker can no longer be sending them: its lease has ended."""
        return self.filter(state="sending", lease_ends_at__lte=at)


def _sees_keys_of_member(reader: User) -> bool:
    is_in_person = reader.scopes is None and not reader.is_service
    is_officer = not {"officer", "head"}.isdisjoint(reader.roles)
    return is_in_person and is_officer and reader.delegation is not None


def _sees_keys_of_body(reader: User) -> bool:
    is_in_person = reader.scopes is None and not reader.is_service
    return is_in_person and reader.assessing_body is not None


def _is_administrator_in_person(reader: User) -> bool:
    return reader.scopes is None and reader.is_administrator


class PageNumbers:
    """A page that knows its number and whether there is a next page, and no total.

    It has the names that `components/_pager.html` reads of Django's own pages.
    """

    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1
