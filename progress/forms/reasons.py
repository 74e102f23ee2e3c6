"""Forms for a reason: a usual one, a quoted passage of the text, own words."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.typed.fields import LineField, MultilineField
from accounts.typed.text import lengths
from progress import limits
from progress.forms.versions import VersionForm

# What heads send entries back for, as a sentence of the reason.
USUAL_REASONS = {
    "figures": gettext_lazy("Please give the source of the figures."),
    "evidence": gettext_lazy("Please add evidence."),
    "status": gettext_lazy("The text does not support the status. Change one of them."),
    "capital": gettext_lazy("The capital has not agreed to this text yet."),
    "handling": gettext_lazy("Please check the handling label."),
    "shorter": gettext_lazy("Please make the text shorter and clearer."),
}
# What reviewers return entries for. Their delegations read the sentence.
REVIEW_REASONS = {
    "figures": gettext_lazy("Please give the source of the figures."),
    "evidence": gettext_lazy("Please add evidence, or replace the links that fail."),
    "status": gettext_lazy("The text does not support the status. Change one of them."),
    "period": gettext_lazy("Please say when this happened, and what changed since."),
    "wording": gettext_lazy(
        "The text does not answer the whole commitment. Please cover the rest, or say"
        " what is still to do."
    ),
    "handling": gettext_lazy("Please check the handling label."),
    "shorter": gettext_lazy("Please make the text shorter and clearer."),
}


class UsualReasonForm(VersionForm):
    """A reason: a usual one, the person's own words, or both."""

    usual_reasons: ClassVar[Mapping[str, str | Promise]] = USUAL_REASONS

    usual = forms.ChoiceField(
        label=gettext_lazy("Usual reason"),
        choices=[("", gettext_lazy("Choose a usual reason")), *USUAL_REASONS.items()],
        required=False,
    )
    reason = MultilineField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("In your own words."),
        max_length=limits.REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        parts = [part for part in self.parts(cleaned) if part]
        whole = "\n\n".join(parts)
        if not whole:
            raise ValidationError({"reason": _("Give a reason.")}, code="required")
        if len(whole) > limits.REASON:
            raise ValidationError({"reason": _too_long(len(whole))}, code="max_length")
        self.whole_reason = whole
        return cleaned

    def parts(self, cleaned: dict[str, Any]) -> list[str]:
        """Return the paragraphs of the reason, in their order. Some may be empty."""
        return [str(self.usual_reasons.get(cleaned["usual"], "")), cleaned["reason"]]

    def arguments(self) -> dict[str, Any]:
        return {"reason": self.whole_reason}


class ReviewReasonForm(UsualReasonForm):
    """A reviewer's reason for one or more entries."""

    usual_reasons = REVIEW_REASONS

    usual = forms.ChoiceField(
        label=gettext_lazy("Usual reason"),
        choices=[("", gettext_lazy("Choose a usual reason")), *REVIEW_REASONS.items()],
        required=False,
    )


class SendBackForm(UsualReasonForm):
    """A reason that may quote a passage of the text that is sent back."""

    passage = MultilineField(
        label=gettext_lazy("Passage of the text"),
        help_text=gettext_lazy("Paste the words that your reason is about."),
        max_length=limits.REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    # The text that the page showed: see `entries.shown_text`.
    shown = LineField(widget=forms.HiddenInput, required=False)

    field_order = ("usual", "passage", "reason", "shown", "version")

    def parts(self, cleaned: dict[str, Any]) -> list[str]:
        usual, own_words = super().parts(cleaned)
        passage = cleaned["passage"]
        quoted = _("“%(passage)s”") % {"passage": passage} if passage else ""
        return [usual, quoted, own_words]


class ReturnForm(ReviewReasonForm, SendBackForm):
    """The reason for a return: a reviewer's usual one, and a passage of the text."""

    def put_together(self) -> str:
        """Return the reason so far, to be edited: what is chosen, quoted and typed."""
        typed = {name: str(self[name].value() or "") for name in self.fields}
        return "\n\n".join(part for part in self.parts(typed) if part.strip())


class PublishForm(VersionForm):
    """The version of an entry to publish, and the text that the page showed."""

    # See `entries.shown_text`.
    shown = LineField(widget=forms.HiddenInput, required=False)

    def arguments(self) -> dict[str, Any]:
        return {}


def _too_long(length: int) -> str:
    return _(
        "The whole reason has %(length)s characters, with the usual reason and the"
        " passage. At most %(limit)s are allowed. Shorten it."
    ) % lengths(length, limits.REASON)
