"""Fields that several forms have."""

from typing import Any

from django import forms


class WordsField(forms.CharField):
    """A text of several lines. Browsers send CRLF, which would count as two."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        words = super().to_python(value) or ""
        return words.replace("\r\n", "\n").replace("\r", "\n")


def day_input() -> forms.DateInput:
    # A date input takes ISO dates only, whatever the reader's language writes.
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
