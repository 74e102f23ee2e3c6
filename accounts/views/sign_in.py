"""Signing in and out, and passwords: allauth's views with our forms and templates."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse

from accounts import forms
from accounts.demonstration import demo_accounts


class SignIn(allauth_views.LoginView):  # type: ignore[misc]  # allauth is untyped
    form_class = forms.SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"demo_accounts": demo_accounts()}


class ChangePassword(allauth_views.PasswordChangeView):  # type: ignore[misc]  # as above
    form_class = forms.ChangePasswordForm


class AskForPasswordLink(allauth_views.PasswordResetView):  # type: ignore[misc]  # as above
    form_class = forms.PasswordLinkForm


class SetPasswordByLink(allauth_views.PasswordResetFromKeyView):  # type: ignore[misc]  # as above
    form_class = forms.NewPasswordForm

    def form_valid(self, form: forms.NewPasswordForm) -> HttpResponse:
        """Whoever has just proved who they are is not kept out by earlier mistakes."""
        answer: HttpResponse = super().form_valid(form)
        get_adapter().forget_failed_attempts(self.reset_user.email)
        return answer


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """For names that allauth links to and that do not exist here: nobody signs up."""
    raise Http404
