"""Which keys may use a resource. Which rows they get is decided by `visible_to`."""

from typing import Protocol, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Scope, User
from api.problems import MissingScope


class Scoped(Protocol):
    """A view of ours: it says which scopes a request needs."""

    def get_scopes(self) -> tuple[Scope, ...]: ...


class HasScope(BasePermission):
    """Requires one of the view's scopes of a key. A signed-in person needs none.

    Raises MissingScope.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        scopes = cast("Scoped", view).get_scopes()
        user = cast("User", request.user)
        if scopes and not any(user.may(scope) for scope in scopes):
            raise MissingScope(scopes)
        return True
