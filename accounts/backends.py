"""Load the person of a session."""

from uuid import UUID

from allauth.account import auth_backends

from accounts.models import User


class AuthenticationBackend(auth_backends.AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    def get_user(self, user_id: UUID) -> User | None:
        """Return the active person with their member, which every page names."""
        user = User.objects.select_related("member").filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
