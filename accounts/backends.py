"""Load the person of a session."""

from datetime import datetime
from uuid import UUID

from allauth.account import auth_backends
from django.db.models import QuerySet

from accounts.api_keys import has_digest, prefix_of
from accounts.compiled_queries import CompiledOnce
from accounts.models import ApiKey, User


class AuthenticationBackend(auth_backends.AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    def get_user(self, user_id: UUID) -> User | None:
        """Return the active person with their member, which every page names."""
        found = _people(person=user_id)
        return next((person for person in found if person.is_active), None)


@CompiledOnce
def _people(*, person: UUID) -> QuerySet[User]:
    return User.objects.select_related("member").filter(pk=person)


def find_api_key(token: str, at: datetime) -> ApiKey | None:
    """Return the key of this token with its user and member, if it is usable."""
    prefix = prefix_of(token)
    if prefix is None:
        return None
    key = next(iter(_keys(prefix=prefix)), None)
    if key is None or not has_digest(token, key.digest) or not key.is_usable(at):
        return None
    return key


@CompiledOnce
def _keys(*, prefix: str) -> QuerySet[ApiKey]:
    return ApiKey.objects.select_related("user__member").filter(prefix=prefix)
