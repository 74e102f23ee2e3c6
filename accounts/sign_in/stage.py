"""The second step of a sign-in: after the password, a second factor."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from accounts.models import User
from accounts.second_factors.rules import factors_of


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth is untyped
    """Asks for a second factor, unless this sign-in has shown one or there is none."""

    def _should_handle(self, request: HttpRequest) -> bool:
        person: User | None = self.login.user
        if person is None or shown_factor(request, person):
            return False
        return factors_of(person.pk).has_any


def shown_factor(request: HttpRequest, person: User) -> str:
    """Return the type of the second factor that this sign-in has shown, or nothing.

    django-allauth keeps a record of each step with the person it is of. A single
    sign-on that is trusted with the second factor adds a record of its own.
    """
    records = get_authentication_records(request, person)
    types = [row.get("type", "") for row in records if row.get("method") == "mfa"]
    return types[-1] if types else ""
