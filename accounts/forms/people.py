"""Forms about people. They check the format; the actions check the rules."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    AccountState,
    AssessingBody,
    Member,
    Role,
    User,
    members_in_order,
)
from accounts.people import Criteria
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
)
from accounts.typed.text import EMAIL_LENGTH
from accounts.wording.filters import ALL


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


class BodyField(forms.ChoiceField):
    """An assessing body by its slug, compared in Python as a member is."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Assessing body"),
            required=False,
            choices=lambda: [
                ("", _("None")),
                *((row.slug, row.name) for row in AssessingBody.objects.in_order()),
            ],
            help_text=_(
                "For assessors only. They read and write the drafts of this body."
            ),
        )

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


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
    body = BodyField()
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
    field_order = (
        *("name", "email", "member", "roles", "body", "role_ends_on", "language"),
    )

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
            body=data["body"],
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
            "body": person.body_id,
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
    body = BodyField()
    roles = RolesField()
    role_ends_on = LastDayField()
    field_order = (
        *("name", "member", "roles", "body", "role_ends_on", "time_zone", "language"),
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
            body=data["body"],
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
