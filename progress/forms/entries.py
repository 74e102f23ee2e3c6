"""Forms of an entry and of the acts on it: they check input, and save nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from accounts.languages import is_language_tag
from accounts.models import User
from accounts.typed.fields import LineField, MultilineField
from progress import limits
from progress.entries.merge import fingerprints_of
from progress.entries.text import (
    EDITED_FIELDS,
    TEXT_LIMITS,
    EntryText,
    require_valid,
)
from progress.forms.evidence import EvidenceRows
from progress.forms.fields import LanguageField, day_input
from progress.forms.versions import VersionForm
from progress.models import Handling, Status


class ReasonForm(VersionForm):
    reason = MultilineField(
        label=gettext_lazy("Reason"),
        max_length=limits.REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ClearanceForm(VersionForm):
    """The capital's approval that a signature rests on. Both fields are optional."""

    capital_reference = LineField(
        label=gettext_lazy("The capital's reference"),
        help_text=gettext_lazy(
            "The file or cable that approved the entry, if there is one. Only your"
            " delegation sees it. The Presidency sees that the head cleared the entry,"
            " and when."
        ),
        max_length=limits.CAPITAL_REFERENCE,
        required=False,
    )
    capital_dated_on = forms.DateField(
        label=gettext_lazy("Date of the reference"), widget=day_input(), required=False
    )
    # The text that the page showed: see `entries.shown_text`.
    shown = LineField(widget=forms.HiddenInput, required=False)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return {name: value for name, value in given.items() if name != "shown"}


class ConfirmForm(VersionForm):
    """The day on which a text carried forward is still true. It is never assumed."""

    as_of = forms.DateField(
        label=gettext_lazy("True as of"),
        widget=day_input(),
        error_messages={
            "required": gettext_lazy("Enter the day on which the text is true."),
            "invalid": gettext_lazy(
                "Enter the date as year-month-day, for example 2017-05-25."
            ),
        },
    )


class ConfirmTextsForm(ConfirmForm):
    """The day on which several texts of one plan are still true."""

    def __init__(
        self,
        *args: Any,
        adopted_on: date | None = None,
        today: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.days = adopted_on or date.min, today or date.max

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        adopted_on, today = self.days
        try:
            require_valid(EntryText(as_of=day), adopted_on=adopted_on, today=today)
        except ValidationError as error:
            raise ValidationError(error.error_dict["as_of"]) from error
        return day


class EntryForm(VersionForm):
    """The fields of an entry, without its evidence. A draft may be incomplete."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("Not decided yet")), *Status.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("The day on which this is true."),
        widget=day_input(),
    )
    is_at_risk = forms.BooleanField(
        label=gettext_lazy("At risk"),
        help_text=gettext_lazy("The target will be missed unless something changes."),
        required=False,
    )
    language = LanguageField(
        label=gettext_lazy("Language of the text"),
        help_text=gettext_lazy("Pages and reports mark the text with it."),
        required=False,
    )
    narrative = MultilineField(
        label=gettext_lazy("Narrative"),
        help_text=gettext_lazy(
            "What was done, and with what result. All three texts may hold **bold**,"
            " - lists, [links](https://…) and tables pasted from a spreadsheet."
        ),
        max_length=limits.NARRATIVE,
        required=False,
    )
    next_steps = MultilineField(
        label=gettext_lazy("Next steps"),
        max_length=limits.NEXT_STEPS,
        required=False,
    )
    obstacles = MultilineField(
        label=gettext_lazy("Obstacles"),
        max_length=limits.OBSTACLES,
        required=False,
    )
    handling = forms.ChoiceField(
        label=gettext_lazy("Handling"),
        help_text=gettext_lazy("TLP:RED material does not belong in this system."),
        choices=Handling.choices,
        widget=forms.RadioSelect,
    )
    # Marks of the saved text. They show later which of two people changed which field.
    started_from = LineField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = str(self["language"].value() or "")
        self.fields["language"].widget.choices = LanguageField.choices_with(stored)
        if is_language_tag(stored):
            for name in TEXT_LIMITS:
                self.fields[name].widget.attrs["lang"] = stored

    @classmethod
    def showing(cls, text: EntryText, version: int, *, started_from: str) -> EntryForm:
        """Return the form filled in with a text, and not validated.

        `started_from` holds the fingerprints of the text saved as `version`. The text
        in the fields may be another one.
        """
        return cls(initial={**_initial(text, version), "started_from": started_from})

    @classmethod
    def holding(cls, text: EntryText, version: int) -> EntryForm:
        """Return the form as if it had been sent, so that it can show errors."""
        return cls({**_initial(text, version), "started_from": fingerprints_of(text)})

    @classmethod
    def keeping(cls, data: Mapping[str, Any], version: int | None = None) -> EntryForm:
        """Return the form with what was typed, valid or not."""
        typed = {name: data.get(name) for name in cls.base_fields}
        return cls(initial=typed if version is None else {**typed, "version": version})

    @property
    def began_as(self) -> str:
        """Return the fingerprints of the text that the editor was opened with."""
        return str(self.cleaned_data.get("started_from", ""))

    def text(self, evidence: EvidenceRows) -> EntryText:
        """Return what was typed, with the items of these rows. Call it once valid."""
        fields = {name: self.cleaned_data[name] for name in EDITED_FIELDS}
        return EntryText(**fields, evidence=evidence.items())


def _initial(text: EntryText, version: int) -> dict[str, Any]:
    fields = {name: getattr(text, name) for name in EDITED_FIELDS}
    return {**fields, "version": version}


class ContributorsForm(forms.Form):
    """Which contributors of a delegation may draft one commitment."""

    contributors = forms.MultipleChoiceField(
        label=gettext_lazy("Contributors"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    # Who was named when the page was opened: ids, separated by blanks.
    were = LineField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        field = self.fields["contributors"]
        field.choices = [(str(person.pk), str(person)) for person in people]  # type: ignore[attr-defined]

    def chosen(self) -> list[User]:
        pks = set(self.cleaned_data["contributors"])
        return [person for person in self.people if str(person.pk) in pks]

    def shown(self) -> set[str]:
        return set(self.cleaned_data["were"].split())
