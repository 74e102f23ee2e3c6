"""Signing in and out, and passwords: allauth's views with our forms and templates."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.actions.attempts import forget_attempts
from accounts.actions.sessions import renumber_session
from accounts.actions.sign_in import trust_device
from accounts.demonstration import demo_accounts
from accounts.devices import device_token, digest_of, keep_token
from accounts.forms import sign_in as forms
from accounts.sign_in.proofs import TOO_MANY
from accounts.single_sign_on.provider import configured
from accounts.views.proving import CREDENTIAL


class SignIn(allauth_views.LoginView):  # type: ignore[misc]  # allauth is untyped
    form_class = forms.SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "demo_accounts": demo_accounts(),
            "credential_name": CREDENTIAL,
            "single_sign_on": configured(),
        }

    def form_invalid(self, form: forms.SignInForm) -> HttpResponse:
        """Answer 429 with the time to wait if there were too many attempts."""
        answer: HttpResponse = super().form_invalid(form)
        for error in form.errors.as_data().get(NON_FIELD_ERRORS, []):
            if error.code == TOO_MANY and error.params:
                answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
                answer.headers["Retry-After"] = str(error.params["seconds"])
        return answer


class SignOut(allauth_views.LogoutView):  # type: ignore[misc]  # as above
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out, and clear cached pages: another person may use the browser next."""
        answer: HttpResponse = super().post(*args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


class ChangePassword(allauth_views.PasswordChangeView):  # type: ignore[misc]  # as above
    form_class = forms.ChangePasswordForm

    def form_valid(self, form: forms.ChangePasswordForm) -> HttpResponse:
        before = self.request.session.session_key
        answer: HttpResponse = super().form_valid(form)
        renumber_session(before=before, after=self.request.session.session_key)
        return answer


class AskForPasswordLink(allauth_views.PasswordResetView):  # type: ignore[misc]  # as above
    form_class = forms.PasswordLinkForm


class SetPasswordByLink(allauth_views.PasswordResetFromKeyView):  # type: ignore[misc]  # as above
    form_class = forms.NewPasswordForm

    def form_valid(self, form: forms.NewPasswordForm) -> HttpResponse:
        """Set the password, forget failed attempts and remember the browser.

        The person has just proved who they are, so earlier wrong passwords must not
        lock them out, nor an attacker's later ones. They need no mail about the browser
        they are using.
        """
        answer: HttpResponse = super().form_valid(form)
        person, token = self.reset_user, device_token(self.request)
        device = digest_of(token)
        forget_attempts(email=person.email, device=device)
        trust_device(person=person, device=device, at=timezone.now())
        keep_token(answer, token)
        return answer


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 404: allauth reverses these names, but people are invited here."""
    raise Http404
