"""Forms about a row that may have changed since its page was opened (rule 5)."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

# A version that no row has. A form sent without a version counts as out of date.
NO_VERSION = 0


class VersionForm(forms.Form):
    """A form that carries the version of the row that its page showed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=NO_VERSION
    )

    @property
    def named_version(self) -> int:
        return self.cleaned_data.get("version") or NO_VERSION

    def arguments(self) -> dict[str, Any]:
        """Return what was typed, as arguments of the action, without the version."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }

    def is_about(self, error: ValidationError) -> bool:
        """Return whether an action refuses only what was typed in this form."""
        if not hasattr(error, "error_dict"):
            return False
        return error.error_dict.keys() <= self.fields.keys()

    def refuse(self, error: ValidationError) -> None:
        put_errors(self, error)


def put_errors(form: forms.Form, error: ValidationError) -> None:
    """Show each problem that an action raised beside its field.

    Problems of no field of this form are shown above all fields.
    """
    problems = getattr(error, "error_dict", None) or {
        NON_FIELD_ERRORS: error.error_list
    }
    for field, sentences in problems.items():
        place = field if field in form.fields else None
        form.add_error(place, ValidationError(sentences))
