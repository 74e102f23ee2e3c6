"""Forms of comments, questions and answers: they check input, and save nothing."""

from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.day_sentences import day_as
from accounts.typed.fields import MultilineField
from accounts.wording.filters import ALL
from progress import limits
from progress.conversations.questions import due_days
from progress.forms.fields import day_input
from progress.forms.versions import VersionForm


class CommentForm(forms.Form):
    body = MultilineField(
        label=_("Your comment"),
        help_text=_(
            "Plain text. You cannot edit or delete a comment once you have sent it."
        ),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your comment.")},
    )


class QuestionForm(forms.Form):
    body = MultilineField(
        label=_("Your question"),
        help_text=_("Plain text. You cannot edit or delete it once you have sent it."),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write your question.")},
    )
    due_on = forms.DateField(
        label=_("Answer by"),
        widget=day_input(),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """`today` is the UTC day: the due day ends at midnight UTC."""
        super().__init__(*args, **kwargs)
        first, last = due_days(today)
        field = self.fields["due_on"]
        field.help_text = format_lazy(
            _("From {first} to {last}. The day ends at midnight in UTC."),
            first=day_as(first),
            last=day_as(last),
        )


class AnswerForm(VersionForm):
    answer = MultilineField(
        label=_("Your answer"),
        help_text=_(
            "Plain text. You can answer once, and cannot edit your answer afterwards."
        ),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your answer.")},
    )


class QuestionFilterForm(forms.Form):
    """The filter of the list of questions. An unknown choice shows all of them."""

    OPEN, OVERDUE, ANSWERED = "open", "overdue", "answered"

    state = forms.ChoiceField(
        label=_("Questions"),
        required=False,
        choices=[
            ("", ALL),
            (OPEN, pgettext_lazy("questions without an answer", "Open")),
            (OVERDUE, _("Overdue")),
            (ANSWERED, _("Answered")),
        ],
    )

    @property
    def chosen(self) -> Any:
        return self.cleaned_data["state"] if self.is_valid() else ""
