"""What people say to each other about an entry: checked for shape, never saved."""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from progress import limits
from progress.forms.fields import WordsField, day_input

# A version no row has: what comes without one is treated as out of date.
NO_VERSION = 0


def put_errors(form: forms.Form, error: ValidationError) -> None:
    """Put each sentence of an action beside its field, the rest above them all."""
    problems = getattr(error, "error_dict", None) or {
        NON_FIELD_ERRORS: error.error_list
    }
    for field, sentences in problems.items():
        place = field if field in form.fields else None
        form.add_error(place, ValidationError(sentences))


class CommentForm(forms.Form):
    body = WordsField(
        label=_("Your comment"),
        help_text=_(
            "Plain text. It stays as you send it: a comment is not edited or deleted."
        ),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first.")},
    )


class QuestionForm(forms.Form):
    body = WordsField(
        label=_("Your question"),
        help_text=_("Plain text. It stays as you send it."),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write something first.")},
    )
    due_on = forms.DateField(
        label=_("Answer wanted by"),
        help_text=_("From tomorrow on, within a year."),
        widget=day_input(),
    )


class AnswerForm(forms.Form):
    version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=NO_VERSION
    )
    answer = WordsField(
        label=_("Your answer"),
        help_text=_("Plain text. It stays as you send it, and is given once."),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write something first.")},
    )

    @property
    def named_version(self) -> int:
        return self.cleaned_data.get("version") or NO_VERSION


class QuestionFilterForm(forms.Form):
    """Which questions of a list; what is not offered is all."""

    OPEN, OVERDUE, ANSWERED = "open", "overdue", "answered"

    state = forms.ChoiceField(
        label=_("Questions"),
        required=False,
        choices=[
            ("", _("All")),
            (OPEN, _("Open")),
            (OVERDUE, _("Overdue")),
            (ANSWERED, _("Answered")),
        ],
    )

    @property
    def chosen(self) -> Any:
        return self.cleaned_data["state"] if self.is_valid() else ""
