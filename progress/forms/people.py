"""Forms of a delegation's people: they check input, and save nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import LONGEST_PERIOD, User
from accounts.typed.fields import NameField, NumberField
from commitments.tracking import LEAD_AUTHORITY_LENGTH, LeadAndTarget
from progress import limits
from progress.actions.focal_points import Contact
from progress.forms.fields import InstantField, day_input
from progress.forms.stocktakes import ZonedForm
from progress.forms.versions import VersionForm


class PersonField(forms.ChoiceField):
    """A choice among people. `none` is the label of the empty choice.

    The answer is compared with the ids offered, so that any text can be sent.
    """

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
    """Choices that carry a second value after a colon, which their form checks."""

    def valid_value(self, value: Any) -> bool:
        return ":" in str(value)


class ResponsibleForm(forms.Form):
    """Who is responsible for one commitment. `was` is who it was on the page."""

    responsible = PersonField(
        label=_("Responsible"), none=_("No one yet"), required=False
    )
    was = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "responsible", people)


class ResponsibleForManyForm(forms.Form):
    """One person who becomes responsible for several commitments.

    A choice is `<commitment>:<person>`: the id of the commitment, and of the person who
    was responsible for it when the page was opened. The second is empty if there was
    none.
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
                    _("One of these is not a commitment of your member. Choose again."),
                    code="invalid",
                )
            self.was[pk] = _uuid(was)
        return list(self.was)


class FocalPointForm(VersionForm):
    user = PersonField(label=_("Focal point"), none=_("Choose a person"))
    phone = NumberField(
        label=_("Telephone"),
        help_text=_("With the country code: +81 3 1234 5678, ext. 9"),
        max_length=limits.PHONE,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    deputy = PersonField(label=_("Deputy"), none=_("No one yet"), required=False)
    deputy_phone = NumberField(
        label=_("Deputy's telephone"),
        max_length=limits.PHONE,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "user", people)
        _offer(self, "deputy", people)

    @property
    def contact(self) -> Contact:
        return Contact(
            self.cleaned_data["user"],
            self.cleaned_data["phone"],
            self.cleaned_data["deputy"],
            self.cleaned_data["deputy_phone"],
        )


class ActingHeadForm(ZonedForm):
    """Whom a head names to act for them, from when to when."""

    user = PersonField(
        label=_("Acting head"),
        none=_("Choose a person"),
        help_text=_("An officer of your delegation."),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a person from the list."),
        },
    )
    starts_at = InstantField(
        label=_("From"), help_text=_("Leave this empty to start now."), required=False
    )
    ends_at = InstantField(
        label=_("Until"),
        error_messages={"required": _("Enter the day and time when the period ends.")},
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "user", people)
        longest = _("At most %(count)d days after the start.")
        zone = self.fields["ends_at"].help_text
        about = str(longest) % {"count": LONGEST_PERIOD}
        self.fields["ends_at"].help_text = f"{about} {zone}"

    def typed(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] for name in ("user", "starts_at", "ends_at")
        }


class LeadAndTargetForm(VersionForm):
    lead_authority = NameField(
        label=_("Lead authority"),
        help_text=_("The ministry or agency in the lead, as reports should name it."),
        max_length=LEAD_AUTHORITY_LENGTH,
        required=False,
    )
    target_on = forms.DateField(
        label=_("Target date"),
        help_text=_("The day by which your member plans to fulfil the commitment."),
        required=False,
        widget=day_input(),
    )

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
