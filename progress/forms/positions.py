"""The forms of pages of positions: the two clocks, and the filters of the matrix."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.positions.figures import PARTS
from progress.positions.labels import ORDER, status_label
from progress.positions.matrix import MatrixFilter
from progress.positions.plan_table import PlanTable
from progress.positions.viewpoint import Clocks

UNKNOWN = _("This plan has no “%(value)s”. Choose from the list.")

# Far before and after any plan, and safe in every time zone.
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)


class ClockForm(forms.Form):
    """The two clocks, both optional: true as of a day, and known at an instant."""

    at = forms.DateField(
        label=_("As of"),
        help_text=_("What was true on that day."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as year-month-day: 2017-05-25.")},
    )
    known_at = forms.DateTimeField(
        label=_("As known at"),
        help_text=_("What had been published by then."),
        required=False,
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
        ),
        error_messages={
            "invalid": _(
                "Write the time as in 2017-05-20T12:00. You can add the time zone."
            )
        },
    )

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

    def clocks(self, instant: datetime) -> Clocks:
        """Return the clocks asked for. A missing or invalid one is set to now."""
        now = Clocks.now(instant)
        asked = self.cleaned_data if self.is_valid() else {}
        at, known_at = asked.get("at"), asked.get("known_at")
        return Clocks(
            at=at or now.at,
            known_at=known_at or now.known_at,
            is_now=at is None and known_at is None,
        )


class MatrixForm(ClockForm):
    """The filters of the matrix, and the two clocks."""

    action = forms.ChoiceField(
        label=_("Action"), required=False, error_messages={"invalid_choice": UNKNOWN}
    )
    member = forms.MultipleChoiceField(
        label=_("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": UNKNOWN},
    )
    instrument = forms.ChoiceField(
        label=_("Instrument"),
        required=False,
        error_messages={"invalid_choice": UNKNOWN},
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, error_messages={"invalid_choice": UNKNOWN}
    )

    field_order = ["action", "instrument", "status", "member", "at", "known_at"]

    def __init__(self, data: Any, *, table: PlanTable, none_label: str) -> None:
        super().__init__(data)
        actions = {line.commitment.action.code: line.commitment for line in table.lines}
        parts = {part: status_label(part) for part in sorted(PARTS, key=ORDER.index)}
        self._offer(
            "action",
            [
                (code, f"{code} {commitment.action.title}")
                for code, commitment in actions.items()
            ],
            everything=_("All actions"),
        )
        self._offer(
            "instrument",
            [(instrument.slug, instrument.name) for instrument in table.instruments],
            everything=_("All instruments"),
        )
        self._offer(
            "status",
            {**parts, "not_reported": none_label}.items(),
            everything=_("All positions"),
        )
        self._offer("member", [(member.code, member.name) for member in table.members])

    def _offer(
        self,
        name: str,
        choices: Iterable[tuple[str, str]],
        *,
        everything: object = None,
    ) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [*([("", everything)] if everything else []), *choices]

    def choice(self) -> MatrixFilter:
        """Return the filters. Call it once the form is valid."""
        asked = self.cleaned_data
        return MatrixFilter(
            action=asked["action"],
            members=frozenset(asked["member"]),
            instrument=asked["instrument"],
            part=asked["status"],
        )
