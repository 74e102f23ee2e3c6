"""Forms of API keys: they check input, and save nothing."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.actions.api_keys import (
    LONGEST_LIFE,
    LONGEST_OVERLAP,
    NAME_LENGTH,
    PURPOSE_LENGTH,
    SCOPES_OF_A_BODY,
    SCOPES_OF_A_MEMBER,
    WantedKey,
)
from accounts.models import Scope
from accounts.typed.fields import LineField, MultilineField, NameField

DEFAULT_DAYS, DEFAULT_OVERLAP = 365, 7
NETWORKS_LENGTH = 1000

# What each scope opens, for the person who gives it.
SCOPE_PURPOSES: dict[Scope, Promise] = {
    Scope.READ_CLEAR: _("Published entries of every member labelled TLP:CLEAR"),
    Scope.READ_GREEN: _("Published entries of every member up to TLP:GREEN"),
    Scope.READ_OWN: _(
        "Every entry of your own member: drafts, entries in clearance, and amber ones"
    ),
    Scope.WRITE_ENTRIES: _(
        "Write drafts of your own member and send them for clearance. No key clears"
    ),
    Scope.WRITE_ASSESSMENTS: _(
        "Read and write draft scores of your own body. No key releases them"
    ),
    Scope.READ_REPORTS: _("Reports that the key itself has requested"),
    Scope.COMPILE_REPORTS: _("Request reports, up to the label that the key may read"),
    Scope.MANAGE_WEBHOOKS: _("Say where notifications of changes are sent"),
}


def scopes_to_offer(member: str | None, body: str | None) -> list[Scope]:
    """Return the scopes of a key of a member, of a body, or of neither."""
    withheld: set[Scope] = set()
    if member is None:
        withheld |= SCOPES_OF_A_MEMBER
    if body is None:
        withheld |= SCOPES_OF_A_BODY
    return [scope for scope in SCOPE_PURPOSES if scope not in withheld]


def scope_rows(scopes: Collection[str]) -> list[tuple[str, str]]:
    """Return each of these scopes and what it opens."""
    return [
        (scope.value, str(SCOPE_PURPOSES.get(scope, "")))
        for scope in Scope
        if scope in scopes
    ]


def _label(scope: Scope) -> SafeString:
    return format_html(
        '<span><code>{}</code> <span class="choice-hint">{}</span></span>',
        scope.value,
        SCOPE_PURPOSES[scope],
    )


class DaysField(forms.IntegerField):
    """A number of days. The action says which numbers it accepts."""

    def __init__(self, *, most: timedelta, **kwargs: Any) -> None:
        widget = forms.NumberInput(attrs={"min": 1, "max": most.days, "class": "short"})
        super().__init__(
            widget=widget,
            min_value=-(10**6),
            max_value=10**6,
            error_messages={
                "invalid": _("Enter a whole number of days."),
                "required": _("Enter a number of days."),
            },
            **kwargs,
        )


class ApiKeyForm(forms.Form):
    name = NameField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("The system that will use it, for example “Ministry tracker”."),
    )
    purpose = LineField(
        label=_("Purpose"),
        max_length=PURPOSE_LENGTH,
        required=False,
        help_text=_("What it does with the key, for those who look at the list later."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What the key may do"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    life = DaysField(
        label=_("Days until it ends"),
        most=LONGEST_LIFE,
        initial=DEFAULT_DAYS,
        help_text=_("Up to 1825 days, which is five years."),
    )
    networks = MultilineField(
        label=_("Networks"),
        max_length=NETWORKS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One on each line, such as 192.0.2.0/24 or 2001:db8::/32. The key works"
            " only from there. Leave it empty to allow every address."
        ),
    )
    instrument_owner = forms.ChoiceField(
        label=_("Only what concerns"),
        required=False,
        help_text=_(
            "The key then sees entries only on commitments that name this body or"
            " instrument, or what it owns. It reads no reports and writes nothing."
        ),
    )

    def __init__(
        self,
        *args: Any,
        member: str | None,
        body: str | None,
        instruments: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.body = member, body
        scopes: Any = self.fields["scopes"]
        offered = scopes_to_offer(member, body)
        scopes.choices = [(one.value, _label(one)) for one in offered]
        owner: Any = self.fields["instrument_owner"]
        owner.choices = [("", _("Everything: no limit")), *instruments]

    def wanted(self) -> WantedKey:
        """Return the arguments of the action."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "purpose": data["purpose"],
            "scopes": data["scopes"],
            "member": self.member,
            "body": self.body,
            "life": timedelta(days=data["life"]),
            "networks": data["networks"].split(),
            "instrument_owner": data["instrument_owner"],
        }


class RotationForm(forms.Form):
    life = DaysField(
        label=_("Days until the new key ends"),
        most=LONGEST_LIFE,
        initial=DEFAULT_DAYS,
    )
    overlap = DaysField(
        label=_("Days for which the present key still works"),
        most=LONGEST_OVERLAP,
        initial=DEFAULT_OVERLAP,
        help_text=_("Up to 30 days. Put the new key to use in this time."),
    )

    def wanted(self) -> dict[str, timedelta]:
        """Return the arguments of the action."""
        data = self.cleaned_data
        return {name: timedelta(days=data[name]) for name in ("life", "overlap")}
