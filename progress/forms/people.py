"""Who does what in a delegation: checked for shape here, never saved."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from commitments.tracking import LEAD_AUTHORITY_LENGTH, LeadAndTarget
from progress import limits
from progress.actions.focal_points import Contact
from progress.forms.fields import day_input

# A version no row has: where nobody is named yet.
NO_VERSION = 0


class PersonField(forms.ChoiceField):
    """One of the people offered; compared here, so that any text can be sent."""

    def __init__(self, *, none: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.none = none
        self.people: dict[str, User] = {}

    def offer(self, people: Sequence[User]) -> None:
        self.people = {str(person.pk): person for person in people}
        names = [(pk, str(person)) for pk, person in self.people.items()]
        self.choices = [("", self.none), *names]

    def clean(self, value: Any) -> User | None:
        return self.people.get(super().clean(value))


class NamedWithField(forms.MultipleChoiceField):
    """Choices that carry what stood beside them: their form looks into each."""

    def valid_value(self, value: Any) -> bool:
        return ":" in str(value)


class ResponsibleForm(forms.Form):
    """Who answers for one commitment, and who did when the page was made."""

    responsible = PersonField(
        label=_("Responsible"), none=_("Nobody yet"), required=False
    )
    was = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "responsible", people)


class ResponsibleForManyForm(forms.Form):
    """One person for several commitments, each named with who answered for it before.

    A choice reads `<commitment>:<person>`, the latter empty where nobody did.
    """

    responsible = PersonField(label=_("Responsible"), none=_("Choose a person"))
    commitments = NamedWithField(
        label=_("Commitments"),
        error_messages={"required": _("Choose at least one commitment.")},
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[User],
        commitments: Sequence[UUID],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = frozenset(str(pk) for pk in commitments)
        self.was: dict[str, UUID | None] = {}
        _offer(self, "responsible", people)

    def clean_commitments(self) -> list[str]:
        for choice in self.cleaned_data["commitments"]:
            pk, _colon, was = str(choice).partition(":")
            if pk not in self.known:
                raise forms.ValidationError(
                    _("One of these is none of your commitments."), code="invalid"
                )
            self.was[pk] = _uuid(was)
        return list(self.was)


class FocalPointForm(forms.Form):
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=NO_VERSION
    )
    user = PersonField(label=_("Focal point"), none=_("Choose a person"))
    phone = forms.CharField(
        label=_("Telephone"),
        help_text=_("With the country's number: +81 3 1234 5678, ext. 9"),
        max_length=limits.PHONE,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    deputy = PersonField(label=_("Deputy"), none=_("Nobody yet"), required=False)
    deputy_phone = forms.CharField(
        label=_("Telephone of the deputy"),
        max_length=limits.PHONE,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "user", people)
        _offer(self, "deputy", people)

    @property
    def named_version(self) -> int:
        return self.cleaned_data.get("version") or NO_VERSION

    @property
    def contact(self) -> Contact:
        return Contact(
            self.cleaned_data["user"],
            self.cleaned_data["phone"],
            self.cleaned_data["deputy"],
            self.cleaned_data["deputy_phone"],
        )


class LeadAndTargetForm(forms.Form):
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=NO_VERSION
    )
    lead_authority = forms.CharField(
        label=_("Lead authority"),
        help_text=_("The ministry or agency in the lead, as reports name it."),
        max_length=LEAD_AUTHORITY_LENGTH,
        required=False,
    )
    target_on = forms.DateField(
        label=_("Target date"),
        help_text=_("By when your member means to have done what it promised."),
        required=False,
        widget=day_input(),
    )

    @property
    def named_version(self) -> int:
        return self.cleaned_data.get("version") or NO_VERSION

    @property
    def lead_and_target(self) -> LeadAndTarget:
        return LeadAndTarget(
            self.cleaned_data["lead_authority"], self.cleaned_data["target_on"]
        )


def _offer(form: forms.Form, name: str, people: Sequence[User]) -> None:
    field = form.fields[name]
    assert isinstance(field, PersonField)  # noqa: S101 - declared above
    field.offer(people)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
