"""Forms of a draft that goes round: they check input, and save nothing."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed.fields import LineField, MultilineField
from progress import limits
from progress.actions.silence import require_deadline
from progress.forms.fields import InstantField, name_the_zone


class CirculationForm(forms.Form):
    """Until when heads can object. The coordinator confirms the instant it means."""

    ends_at = InstantField(
        label=_("Deadline for objections"),
        help_text=_("At least 24 hours from now. It cannot be changed later."),
    )
    # The instant that the page of confirmation showed, as `confirmation` gives it.
    confirmed = LineField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        name_the_zone(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "ends_at" in cleaned:
            require_deadline(cleaned["ends_at"], at=self.at)
        return cleaned

    @property
    def ends(self) -> datetime:
        ends_at: datetime = self.cleaned_data["ends_at"]
        return ends_at

    @property
    def confirmation(self) -> str:
        """Return the deadline in UTC: what a reader confirms in any zone."""
        return self.ends.astimezone(UTC).isoformat()

    @property
    def is_confirmed(self) -> bool:
        """Return whether the reader saw this very deadline, and agreed to it."""
        confirmed: str = self.cleaned_data["confirmed"]
        return confirmed == self.confirmation


class ObjectionForm(forms.Form):
    """Why a head breaks the silence."""

    reason = MultilineField(
        label=_("Reason"),
        help_text=_(
            "Say which words you object to, and what you propose. The Presidency and"
            " your delegation read this. Other delegations do not."
        ),
        max_length=limits.REASON,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
