"""Forms of signing in. They check the format; the actions check the rules."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_set_password
from accounts.typed.fields import (
    LineField,
    MailAddressField,
    keep_password_as_typed,
)
from accounts.typed.text import EMAIL_LENGTH


def _use_address_field(form: forms.Form, name: str) -> None:
    """Put our field in the place of allauth's, with its widget."""
    widget = form.fields[name].widget
    widget.attrs.pop("placeholder", None)  # it disappears on typing
    form.fields[name] = MailAddressField(
        label=_("E-mail address"), max_length=EMAIL_LENGTH, widget=widget
    )


def _use_password_field(form: forms.Form, name: str, label: Any) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, field.help_text if name == "password1" else ""
    field.widget.attrs.pop("placeholder", None)
    keep_password_as_typed(field)


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _use_address_field(self, "login")
        _use_password_field(self, "password", _("Password"))


class PasswordLinkForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]  # as above
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _use_address_field(self, "email")

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users: list[User] = list(filter(can_set_password, self.users))
        return email


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]  # as above
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _use_password_field(self, "oldpassword", _("Current password"))
        _use_password_field(self, "password1", _("New password"))
        _use_password_field(self, "password2", _("Repeat the new password"))


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _use_password_field(self, "password1", _("New password"))
        _use_password_field(self, "password2", _("Repeat the new password"))


def _code_widget(**attributes: str) -> forms.TextInput:
    """Return the widget of a code, which browsers and password managers fill in."""
    return forms.TextInput(
        {
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
            **attributes,
        }
    )


class CodeForm(forms.Form):
    """The code of a person who has a second factor."""

    code = LineField(
        label=_("Code"),
        max_length=40,
        help_text=_("The six digits of your authenticator app, or a recovery code."),
        widget=_code_widget(),
    )


class OwnPasswordForm(forms.Form):
    """The password of a person who is signed in."""

    password = forms.CharField(
        label=_("Password"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep_password_as_typed(self.fields["password"])


class AppForm(forms.Form):
    """The first code of an authenticator app."""

    code = LineField(
        label=_("Code in the app"),
        max_length=20,
        help_text=_("Six digits. The app shows new ones every 30 seconds."),
        widget=_code_widget(inputmode="numeric"),
    )


class PasskeyForm(forms.Form):
    name = LineField(
        label=_("Name of the passkey"),
        max_length=60,
        help_text=_("So that you recognise it, such as “Work laptop”."),
    )


class SignInCodeForm(forms.Form):
    code = LineField(
        label=_("Code"),
        max_length=40,
        widget=_code_widget(autocapitalize="characters"),
        help_text=_("It is in a mail to you, such as ABCD-EFGH-JKMN-PQRS."),
    )
