"""What people type: checked and put into shape here, never saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy

from accounts.models import User
from progress import limits
from progress.entries.merge import marks_of
from progress.entries.text import TEXT_FIELDS, EntryText
from progress.forms.evidence import EvidenceRows
from progress.forms.fields import WordsField, day_input
from progress.models import Handling, Status

# A version no row has: what comes without one is treated as out of date.
NO_VERSION = 0


class VersionForm(forms.Form):
    """The version of the entry that somebody looked at before they pressed a button."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=NO_VERSION
    )

    @property
    def named_version(self) -> int:
        return self.cleaned_data.get("version") or NO_VERSION

    def words(self) -> dict[str, Any]:
        """What the verb is told beside the version."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }

    def is_about(self, error: ValidationError) -> bool:
        """Does the action refuse what was typed here, and nothing else?"""
        if not hasattr(error, "error_dict"):
            return False
        return error.error_dict.keys() <= self.fields.keys()

    def refuse(self, error: ValidationError) -> None:
        """Put each sentence of an action beside its field, the rest above them all."""
        for field, problems in _by_field(error).items():
            place = field if field in self.fields else None
            self.add_error(place, ValidationError(problems))


class ReasonForm(VersionForm):
    reason = WordsField(
        label=gettext_lazy("Reason"),
        max_length=limits.REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ClearanceForm(VersionForm):
    """What the signature rests on; both may be left out."""

    capital_reference = forms.CharField(
        label=gettext_lazy("The capital's reference"),
        help_text=gettext_lazy(
            "The file or cable that approved it, if there is one. Your delegation alone"
            " sees it; the Presidency sees that the head cleared the entry, and when."
        ),
        max_length=limits.CAPITAL_REFERENCE,
        required=False,
    )
    capital_dated_on = forms.DateField(
        label=gettext_lazy("Its date"), widget=day_input(), required=False
    )


class ConfirmForm(VersionForm):
    """Of which day the words carried forward are true; today if it is not said."""

    as_of = forms.DateField(
        label=gettext_lazy("True as of"), widget=day_input(), required=False
    )


class EntryForm(VersionForm):
    """The fields of an entry, evidence apart. A draft may be incomplete."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", gettext_lazy("Not decided yet")), *Status.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy(
            "The day on which this is true, not the day it is written."
        ),
        widget=day_input(),
    )
    is_at_risk = forms.BooleanField(
        label=gettext_lazy("At risk"),
        help_text=gettext_lazy("The target will be missed unless something changes."),
        required=False,
    )
    narrative = WordsField(
        label=gettext_lazy("Narrative"),
        help_text=gettext_lazy(
            "What was done and what came of it. Markdown: **strong**, - lists, [links](https://…)."
        ),
        max_length=limits.NARRATIVE,
        required=False,
    )
    next_steps = WordsField(
        label=gettext_lazy("Next steps"), max_length=limits.NEXT_STEPS, required=False
    )
    obstacles = WordsField(
        label=gettext_lazy("Obstacles"), max_length=limits.OBSTACLES, required=False
    )
    handling = forms.ChoiceField(
        label=gettext_lazy("Handling"),
        help_text=gettext_lazy("TLP:RED material does not belong in this system."),
        choices=Handling.choices,
        widget=forms.RadioSelect,
    )
    # Marks of the saved text: by them it is known who changed what in the meantime.
    started_from = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def showing(cls, text: EntryText, version: int, *, started_from: str) -> EntryForm:
        """Filled in with a text, and not yet asked whether it is right.

        `started_from` marks what is saved as `version`, whatever stands in the fields.
        """
        return cls(initial={**_initial(text, version), "started_from": started_from})

    @classmethod
    def holding(cls, text: EntryText, version: int) -> EntryForm:
        """The same as if it had been sent: it can say what is wrong with the text."""
        return cls({**_initial(text, version), "started_from": marks_of(text)})

    @classmethod
    def keeping(cls, data: Mapping[str, Any], version: int | None = None) -> EntryForm:
        """What was typed, as it was typed, right or wrong."""
        typed = {name: data.get(name) for name in cls.base_fields}
        return cls(initial=typed if version is None else {**typed, "version": version})

    @property
    def began_as(self) -> str:
        """The marks of the text that was typed over."""
        return str(self.cleaned_data.get("started_from", ""))

    def text(self, evidence: EvidenceRows) -> EntryText:
        words = {name: self.cleaned_data[name] for name in TEXT_FIELDS}
        return EntryText(**words, evidence=evidence.items())


def _initial(text: EntryText, version: int) -> dict[str, Any]:
    words = {name: getattr(text, name) for name in TEXT_FIELDS}
    return {**words, "version": version}


def _by_field(error: ValidationError) -> dict[str, list[ValidationError]]:
    if hasattr(error, "error_dict"):
        return error.error_dict
    return {NON_FIELD_ERRORS: error.error_list}


class ContributorsForm(forms.Form):
    """Who of a delegation's contributors may draft one commitment, and who could."""

    contributors = forms.MultipleChoiceField(
        label=gettext_lazy("Contributors"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    # When the page was made: ids, with blanks between them.
    were = forms.CharField(widget=forms.HiddenInput, required=False)

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
