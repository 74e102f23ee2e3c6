"""Forms about accounts. They check the format; the actions check the rules."""

from typing import Any, cast

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountState, Member, Role, User, members_in_order
from accounts.people import Criteria
from accounts.permissions import can_set_password
from accounts.profiles import (
    GIVEN_BY_HEADS,
    NAME_LENGTH,
    Profile,
    page_language_choices,
)
from accounts.roles import ROLE_PURPOSES
from accounts.time_zones import time_zone_choices
from accounts.typed.fields import (
    LineField,
    MailAddressField,
    NameField,
    keep_password_as_typed,
)
from accounts.typed.text import EMAIL_LENGTH
from accounts.wording.filters import ALL

# ---- Signing in ----------------------------------------------------------------------


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


# ---- People --------------------------------------------------------------------------


def _role_label(role: Role) -> SafeString:
    return format_html(
        '<span>{} <span class="choice-hint">{}</span></span>',
        role.label,
        ROLE_PURPOSES[role],
    )


class MemberField(forms.ChoiceField):
    """A member by its code, compared in Python: PostgreSQL refuses some characters."""

    def __init__(self, *, none: Any, **kwargs: Any) -> None:
        super().__init__(
            label=_("Member"),
            required=False,
            choices=lambda: [("", none), *_members()],
            **kwargs,
        )

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


def _members() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in members_in_order(Member.objects.all())]


class RolesField(forms.MultipleChoiceField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Roles"),
            choices=lambda: [(role.value, _role_label(role)) for role in Role],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one role.")},
        )


class LastDayField(forms.DateField):
    """The last day of a person's roles. It takes ISO dates only, in every language."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Last day of the roles"),
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            help_text=_(
                "After this day (UTC) the person can no longer sign in. Leave it empty"
                " if there is no end."
            ),
        )


class NewPersonForm(forms.Form):
    """Whom an administrator or a head invites."""

    name = NameField(label=_("Name"), max_length=NAME_LENGTH)
    email = MailAddressField(
        label=_("E-mail address"),
        max_length=EMAIL_LENGTH,
        help_text=_(
            "The invitation is sent to this address. The person signs in with it."
        ),
    )


class InvitationForm(NewPersonForm):
    member = MemberField(none=_("None"))
    roles = RolesField()
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As usual for the member")), *settings.LANGUAGES],
        help_text=_(
            "The invitation and all pages are in this language. The person can change"
            " it later."
        ),
    )
    role_ends_on = LastDayField()
    field_order = ("name", "email", "member", "roles", "role_ends_on", "language")

    @property
    def profile(self) -> Profile:
        """The account without what is usual for its member."""
        data = self.cleaned_data
        return Profile(
            name=data["name"],
            member=data["member"],
            roles=frozenset(data["roles"]),
            language=data["language"],
            role_ends_on=data["role_ends_on"],
        )


class OwnSettingsForm(forms.Form):
    """What a person sets for themselves. `version` is the one they started from."""

    version: forms.IntegerField

    @property
    def settings(self) -> Any:
        """The arguments of the action."""
        return self.cleaned_data

    def start_from(self, version: int) -> None:
        """Keep what was typed, and name this version as the one it starts from."""
        data = cast("MultiValueDict[str, str]", self.data).copy()
        data["version"] = str(version)
        self.data = data


class OwnProfileForm(OwnSettingsForm):
    """A person's own data."""

    name = NameField(label=_("Name"), max_length=NAME_LENGTH)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        help_text=_("Deadlines and times are shown in this time zone."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=page_language_choices,
        help_text=_("Pages and mails are in this language."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @staticmethod
    def values_of(person: User) -> dict[str, object]:
        return {
            "name": person.name,
            "member": person.member_id,
            "roles": person.roles,
            "time_zone": person.time_zone,
            "language": person.language,
            "role_ends_on": person.role_ends_on,
            "version": person.version,
        }


class PersonForm(OwnProfileForm):
    member = MemberField(
        none=_("None"),
        help_text=_(
            "After a move the person no longer sees what only their old delegation"
            " sees, and their assignments there no longer apply."
        ),
    )
    roles = RolesField()
    role_ends_on = LastDayField()
    field_order = (
        *("name", "member", "roles", "role_ends_on", "time_zone", "language"),
    )

    @property
    def profile(self) -> Profile:
        data = self.cleaned_data
        return Profile(
            name=data["name"],
            member=data["member"],
            roles=frozenset(data["roles"]),
            time_zone=data["time_zone"],
            language=data["language"],
            role_ends_on=data["role_ends_on"],
        )


class PersonVersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def version_or_raise(self) -> int:
        if not self.is_valid():
            raise forms.ValidationError(
                _("This page is out of date. Reload it and try again."),
                code="no_version",
            )
        version: int = self.cleaned_data["version"]
        return version


class AddressForm(forms.Form):
    """Another address for a person. `version` is the one of the account on the page."""

    email = MailAddressField(
        label=_("New e-mail address"),
        max_length=EMAIL_LENGTH,
        help_text=_("The person signs in with it."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class DelegationRolesField(RolesField):
    """The roles that a head gives."""

    def __init__(self) -> None:
        super().__init__()
        self.choices = lambda: [
            (role.value, _role_label(role)) for role in Role if role in GIVEN_BY_HEADS
        ]


class DelegationInvitationForm(NewPersonForm):
    """A head invites a person to their own delegation."""

    roles = DelegationRolesField()
    role_ends_on = LastDayField()


class DelegationPersonForm(OwnSettingsForm):
    """What a head changes of a person of their own delegation."""

    name = NameField(label=_("Name"), max_length=NAME_LENGTH)
    roles = DelegationRolesField()
    role_ends_on = LastDayField()
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class PeopleFilterForm(forms.Form):
    search = LineField(
        label=_("Name or e-mail address"), required=False, max_length=200
    )
    member = MemberField(none=ALL)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", ALL), *Role.choices]
    )
    state = forms.ChoiceField(
        label=_("Account"),
        required=False,
        choices=[("", ALL), *AccountState.choices],
    )

    @property
    def criteria(self) -> Criteria:
        data = self.cleaned_data
        return Criteria(
            search=data["search"],
            member=data["member"] or "",
            role=data["role"],
            state=data["state"],
        )
