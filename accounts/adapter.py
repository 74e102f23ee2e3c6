"""How allauth behaves here: people are invited, and what it writes goes by actions."""

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.actions.passwords import set_password


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    # One sentence for every reason: none tells whether an address has an account.
    error_messages: Mapping[str, object] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "The e-mail address or the password is not right. Check both."
        ),
        "too_many_login_attempts": _(
            "Too many attempts in a short time. Wait five minutes, then try again."
        ),
        "enter_current_password": _("This is not your present password."),
        "invalid_password_reset": _("This link no longer works."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Pages only: allauth's JSON answers would be a second, untested door."""
        return False

    def send_mail(
        self, template_prefix: str, email: str, context: Mapping[str, Any]
    ) -> None:
        """Our templates, our address. A failure is logged and shown to nobody: whether
        a mail was to be sent is not the visitor's to know."""
        link = ""
        if "key" in context:
            link = mail.password_link(context["uid"], context["key"])
        mail.send(template_prefix, email, {"link": link})

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        saved = set_password(person_id=user.pk, password=password, at=timezone.now())
        # The session that goes on is bound to the new password's hash.
        user.password = saved.password

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("accounts:me")

    def forget_failed_attempts(self, email: str) -> None:
        """Let this address try again at once."""
        self._delete_login_attempts_cached_email(self.request, email=email)
