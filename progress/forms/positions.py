"""The form of the two clocks, for every page of positions."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.models import Stocktake
from progress.positions.clocks import Clocks, require_clocks, whole_seconds_problem

UNKNOWN = _("This plan has no “%(value)s”. Choose from the list.")
NO_CHOICE = _("There is no choice “%(value)s”. Choose from the list.")

# Far before and after any plan, and safe in every time zone.
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)


class WholeSecondsField(forms.DateTimeField):
    """An instant in whole seconds. A fraction is refused, however small."""

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str) and re.search(r":[0-9]{2}[.,]0*[1-9]", value):
            raise forms.ValidationError(whole_seconds_problem(), code="fraction")
        return super().to_python(value)


class ClockForm(forms.Form):
    """The two clocks, both optional. The day alone moves both.

    `now` is the instant that ends what can be asked for.
    """

    at = forms.DateField(
        label=_("As of"),
        help_text=_(
            "What was true, and had been published, by the end of that day in UTC."
        ),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as year-month-day: 2017-05-25.")},
    )
    known_at = WholeSecondsField(
        label=_("As known at"),
        help_text=_("What had been published by then, if that is not the day above."),
        required=False,
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
        ),
        error_messages={
            "invalid": _(
                "Write the time as in 2017-05-20T12:00. You can add the time zone."
            )
        },
    )

    def __init__(self, data: Any, *, now: datetime) -> None:
        super().__init__(data)
        self.now = now

    def clean_at(self) -> date | None:
        at: date | None = self.cleaned_data["at"]
        if at is not None and not FIRST <= at < LAST:
            raise forms.ValidationError(
                _("That day is out of range. Choose a year from 1900 to 2199."),
                code="range",
            )
        return at

    def clean_known_at(self) -> datetime | None:
        known_at: datetime | None = self.cleaned_data["known_at"]
        if known_at is not None and not FIRST.year < known_at.year < LAST.year:
            raise forms.ValidationError(
                _("That instant is out of range. Choose a year from 1901 to 2199."),
                code="range",
            )
        return known_at

    def clean(self) -> None:
        self._require_clocks()

    def _require_clocks(self, stocktake: Stocktake | None = None) -> None:
        asked = self.cleaned_data
        require_clocks(
            asked.get("at"), asked.get("known_at"), now=self.now, stocktake=stocktake
        )

    def clocks(self) -> Clocks:
        """Return the clocks asked for, or now if they are not valid."""
        asked = self.cleaned_data if self.is_valid() else {}
        return Clocks.asked(asked.get("at"), asked.get("known_at"), now=self.now)

    def is_valid_in(self, stocktake: Stocktake | None) -> bool:
        """Return whether it is valid, and no clock is before this stocktake."""
        if self.is_valid():
            try:
                self._require_clocks(stocktake)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return self.is_valid()
