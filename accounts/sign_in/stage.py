"""The second step of a sign-in: after the password, a second factor."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from accounts.models import User
from accounts.second_factors.rules import factors_of
from accounts.single_sign_on.second_factor import METHOD, is_of_two_factors


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth is untyped
    """Asks for a second factor, unless this sign-in has shown one or there is none."""

    def _should_handle(self, request: HttpRequest) -> bool:
        person: User | None = self.login.user
        if person is None or shown_factor(request, person):
            return False
        return factors_of(person.pk).has_any


def shown_factor(request: HttpRequest, person: User) -> str:
    """Return the type of the second factor that this sign-in has shown, or nothing.

    django-allauth keeps a record of each step with the person it is of. One is the
    provider's, where `OIDC_SECOND_FACTORS` trusts its second factor.
    """
    shown = ""
    for step in get_authentication_records(request, person):
        if step.get("method") == "password":
            shown = ""  # a new sign-in: what was shown before it proves nothing
        elif step.get("method") == "mfa":
            shown = step.get("type", "")
        elif is_of_two_factors(step):
            shown = METHOD
    return shown
