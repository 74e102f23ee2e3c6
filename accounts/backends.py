"""Load the person of a session."""

from uuid import UUID

from allauth.account import auth_backends
from django.db.models import QuerySet

from accounts.compiled_queries import CompiledOnce
from accounts.models import User


class AuthenticationBackend(auth_backends.AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    def get_user(self, user_id: UUID) -> User | None:
        """Return the active person with their member, which every page names."""
        found = _people(person=user_id)
        return next((person for person in found if person.is_active), None)


@CompiledOnce
def _people(*, person: UUID) -> QuerySet[User]:
    return User.objects.select_related("member").filter(pk=person)
