"""How allauth works here: people are invited, and its writes go through actions."""

from collections.abc import Mapping
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import mail
from accounts.actions.passwords import set_password
from accounts.actions.sign_in import Visit, note_sign_in, note_sign_out
from accounts.devices import device_token, digest_of, keep_token
from accounts.enqueue import enqueue_soon
from accounts.limits.counting import Bucket, use
from accounts.models import User
from accounts.second_factors.rules import SHOWN
from accounts.sign_in.proofs import begin_attempt, note_refusal
from accounts.sign_in.recent import note_confirmed
from accounts.sign_in.session_store import SIGNED_IN_AT
from accounts.sign_in.stage import shown_factor
from audit.models import SystemPause


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    # The same sentence for every reason, so that it never reveals an account.
    error_messages: Mapping[str, object] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "The e-mail address or the password is wrong. Check both."
        ),
        "enter_current_password": _("This is not your current password."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: allauth's JSON answers would be a second, untested way in."""
        return False

    def send_mail(
        self, template_prefix: str, email: str, context: Mapping[str, Any]
    ) -> None:
        """Send the mail with our templates and our address.

        A failure is logged and not shown, because the visitor must not learn whether
        there was a mail to send. The same holds for a person who asks too often: no
        further mail is sent, and the earlier links still work.

        It is in the language of the account, because anyone may have asked. Without an
        account it is in the language of the page.
        """
        if use(Bucket("password-mails", email.lower())).wait:
            return
        link, language = "", get_language() or settings.LANGUAGE_CODE
        if "key" in context:
            link = mail.password_link(context["uid"], context["key"])
            person: User = context["user"]
            # To the stored address, even if the typed one looks the same.
            email, language = person.email, person.own_language
        mail.send(template_prefix, email, {"link": link}, language=language)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set the password and end the person's sessions, except their current one."""
        is_own = self.request.user.pk == user.pk
        saved = set_password(
            person_id=user.pk,
            password=password,
            at=timezone.now(),
            keep=self.request.session.session_key if is_own else None,
        )
        # The current session must be bound to the new password's hash.
        user.password = saved.password

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("accounts:me")

    # ---- Sign-in and sign-out ---------------------------------------------------

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **hooked: Any
    ) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **hooked)
        at, token = timezone.now(), device_token(request)
        visit = Visit(
            session_key=request.session.session_key or "",
            address=self.get_client_ip(request),
            device=digest_of(token),
        )
        new_device = note_sign_in(visit=visit, by=cast("User", user), at=at)
        request.session[SIGNED_IN_AT] = at.timestamp()
        note_confirmed(request.session, at)
        request.session[SHOWN] = shown_factor(request, cast("User", user))
        keep_token(answer, token)
        if new_device is not None:
            enqueue_soon("accounts.tasks.send_new_device_mail", new_device.pk)
        return answer

    def get_login_stages(self) -> list[str]:
        """Return the one stage after the password: a second factor, if they have one.

        allauth's others confirm addresses and telephone numbers: not done here.
        """
        return ["accounts.sign_in.stage.SecondFactorStage"]

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **hooked: Any
    ) -> HttpResponse | None:
        person = cast("User", user)
        answer: HttpResponse | None = super().pre_login(request, user, **hooked)
        if answer is not None:
            note_refusal(request, person.email, "inactive")
        elif not person.is_administrator and SystemPause.objects.in_force().exists():
            note_refusal(request, person.email, "paused")
            return render(request, "account/paused.html", status=503)
        return answer

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, or refuse it with the time to wait.

        allauth's own limits are off (settings): they count a known browser with its
        network address, and an attempt that was cut off as a failed one.
        """
        self._attempt = begin_attempt(request, credentials["email"])

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._attempt.fail()
        note_refusal(request, credentials["email"], "wrong")

    def _rollback_login_failed_rl_usage(self) -> None:
        """Take the attempt back: the password was right.

        Overrides a private method. Tried with django-allauth 65.21.
        """
        self._attempt.take_back()

    def logout(self, request: HttpRequest) -> None:
        note_sign_out(
            session_key=request.session.session_key,
            by=cast("User", request.user),
            at=timezone.now(),
        )
        super().logout(request)
