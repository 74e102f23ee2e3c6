"""Load the person of a session, and the service user of a key."""

from datetime import datetime
from uuid import UUID

from allauth.account import auth_backends
from django.db.models import Q, QuerySet

from accounts.api_keys import has_digest, prefix_of
from accounts.compiled_queries import CompiledOnce
from accounts.models import ApiKey, Role, User
from accounts.typed.addresses import Address
from audit.models import not_paused


class AuthenticationBackend(auth_backends.AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    def get_user(self, user_id: UUID) -> User | None:
        """Return the active person with their member or body, which every page names.

        Their reading mark comes along: the page of what is new asks for it. While the
        system is paused, only administrators come in.
        """
        found = _people(person=user_id)
        return next((person for person in found if person.is_active), None)


@CompiledOnce
def _people(*, person: UUID) -> QuerySet[User]:
    may_come_in = not_paused() | Q(roles__contains=[Role.ADMINISTRATOR])
    people = User.objects.select_related("member", "body", "reading_mark")
    return people.filter(may_come_in, pk=person)


def find_api_key(
    token: str, at: datetime, *, address: Address | None = None
) -> ApiKey | None:
    """Return the key of this token with its user and member, if it is usable.

    `address` is where it is used from. A key with networks works from no other.
    """
    prefix = prefix_of(token)
    if prefix is None:
        return None
    key = next(iter(_keys(prefix=prefix)), None)
    if key is None or not has_digest(token, key.digest) or not key.is_usable(at):
        return None
    return key if key.works_from(address) else None


def find_service_reader(user_id: UUID, at: datetime) -> User | None:
    """Return a service user with the rights of its newest usable key, if it has one.

    What runs without a key, such as a delivery to a webhook, has the rights that the
    key has at that instant, and ends with the key.
    """
    keys = ApiKey.objects.select_related("user__member").filter(
        not_paused(), user=user_id
    )
    newest_first = keys.order_by("-created_at", "-pk")
    key = next((key for key in newest_first if key.is_usable(at)), None)
    return key.acting_user() if key else None


@CompiledOnce
def _keys(*, prefix: str) -> QuerySet[ApiKey]:
    keys = ApiKey.objects.select_related("user__member")
    return keys.filter(not_paused(), prefix=prefix)
