"""Forms of an assessing body: they check input, and save nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

from accounts.typed.fields import MultilineField
from progress import limits
from progress.assessments.cells import CELL_FIELDS, CellText
from progress.assessments.text import MINUS, score_with_label
from progress.forms.fields import InstantField, day_input, name_the_zone
from progress.forms.versions import VersionForm
from progress.models import Assessment, AssessmentTable, Handling, Score

_words = lazy(score_with_label, str)
_AUDIENCES = AssessmentTable.CommentsAudience
# The keys that choose a score, as browsers name them: see static/js/keys.js.
SCORE_KEYS = {
    Score.FULL: "1 +",
    Score.PARTIAL: "0",
    Score.NONE: f"- {MINUS}",
    Score.NOT_APPLICABLE: "n",
}
PHASES = [
    (
        AssessmentTable.Phase.INTERIM,
        gettext_lazy(
            "Interim: you can open it to delegations for comments, and a final table"
            " can follow."
        ),
    ),
    (
        AssessmentTable.Phase.FINAL,
        gettext_lazy("Final: after its release, only a final table can revise it."),
    ),
]


class ScoreChoice(forms.RadioSelect):
    """Radio buttons of scores, each with the keys that choose it."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        keys = SCORE_KEYS.get(option["value"])
        if keys:
            option["attrs"]["data-keys"] = keys
        return option


class CellForm(VersionForm):
    """The score of one cell, with its reasons. A draft may be incomplete."""

    score = forms.ChoiceField(
        label=gettext_lazy("Score"),
        choices=[(score, _words(score)) for score in (*SCORE_KEYS, "")],
        widget=ScoreChoice,
        required=False,
    )
    rationale = MultilineField(
        label=gettext_lazy("Rationale"),
        help_text=gettext_lazy(
            "Why this score. A score without a rationale cannot be released."
        ),
        max_length=limits.RATIONALE,
        widget=forms.Textarea(attrs={"rows": 6, "data-key": "r"}),
        required=False,
    )
    sources = MultilineField(
        label=gettext_lazy("Sources"),
        help_text=gettext_lazy("One a line, as links or citations."),
        max_length=limits.SOURCES,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy("The last day whose facts you considered."),
        widget=day_input(),
        required=False,
        error_messages={
            "invalid": gettext_lazy(
                "Enter the date as year-month-day, for example 2017-05-25."
            )
        },
    )

    @classmethod
    def showing(cls, cell: Assessment, *, day: date) -> "CellForm":
        """Return the form filled in with a cell. `day` is offered where it has none."""
        fields = {name: getattr(cell, name) for name in CELL_FIELDS}
        fields["as_of"] = fields["as_of"] or day
        return cls(initial={**fields, "version": cell.version})

    @classmethod
    def keeping(cls, data: Mapping[str, Any], version: object) -> "CellForm":
        """Return the form with what was typed, to be saved over another version."""
        typed = {name: data.get(name) for name in CELL_FIELDS}
        return cls(initial={**typed, "version": version})

    def text(self) -> CellText:
        """Return what was typed. Call it once valid."""
        return CellText(**{name: self.cleaned_data[name] for name in CELL_FIELDS})


class GuidelineForm(VersionForm):
    """What earns which score on one commitment."""

    text = MultilineField(
        label=gettext_lazy("Guideline"),
        help_text=gettext_lazy(
            "Say what earns +1, what earns 0 and what earns \N{MINUS SIGN}1. The text"
            " may hold **bold**, - lists and [links](https://…)."
        ),
        max_length=limits.GUIDELINE,
        widget=forms.Textarea(attrs={"rows": 12}),
        required=False,
    )


class BeginForm(forms.Form):
    """The phase of the first table for a stocktake."""

    phase = forms.ChoiceField(
        label=gettext_lazy("Phase"),
        choices=PHASES,
        widget=forms.RadioSelect,
        initial=AssessmentTable.Phase.INTERIM,
    )


class ReleaseForm(VersionForm):
    """Who will read a table once it is released."""

    handling = forms.ChoiceField(
        label=gettext_lazy("Who reads the table"),
        choices=[
            (
                Handling.GREEN,
                gettext_lazy(
                    "TLP:GREEN: all delegations, observers, assessors and partner"
                    " systems."
                ),
            ),
            (
                Handling.CLEAR,
                gettext_lazy(
                    "TLP:CLEAR: the same, and anyone while reading without an account"
                    " is switched on."
                ),
            ),
        ],
        widget=forms.RadioSelect,
    )


class FeedbackForm(VersionForm):
    """Until when delegations can comment on an interim table, and who reads it."""

    until = InstantField(
        label=gettext_lazy("Comments until"),
        help_text=gettext_lazy("After that, no delegation can add a comment."),
    )
    comments_audience = forms.ChoiceField(
        label=gettext_lazy("Who reads comments and answers"),
        help_text=gettext_lazy(
            "Your body and the delegation that wrote the comment always can. The"
            " comment form says who else. You cannot change this later."
        ),
        choices=[
            (_AUDIENCES.BODY, gettext_lazy("No one else")),
            (_AUDIENCES.DELEGATIONS, gettext_lazy("All delegations")),
            (
                _AUDIENCES.READERS,
                gettext_lazy("Everyone who signs in and can read the table"),
            ),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_the_zone(self)


class ReviseForm(VersionForm):
    """The phase of the table that a revision begins."""

    phase = forms.ChoiceField(
        label=gettext_lazy("Phase of the new table"),
        choices=PHASES,
        widget=forms.RadioSelect,
    )

    def keep_final(self) -> None:
        """Offer no choice: a final table is revised by a final one."""
        self.fields["phase"].widget = forms.HiddenInput()


class CommentAnswerForm(forms.Form):
    """The body's answer to the comment of a delegation."""

    text = MultilineField(
        label=gettext_lazy("Answer"),
        max_length=limits.COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
