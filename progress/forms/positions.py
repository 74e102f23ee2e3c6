"""What a page of positions may be asked for: clocks and the filters of the matrix."""

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

UNKNOWN = _("There is no “%(value)s” in this plan. Choose from the list.")

# Far beyond any plan on either side, and safe in every time zone.
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)


class ClockForm(forms.Form):
    """The two clocks in an address, both optional."""

    at = forms.DateField(
        label=_("As of"),
        help_text=_("What was true on that day."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("Give a day as year-month-day: 2017-05-25.")},
    )
    known_at = forms.DateTimeField(
        label=_("As known at"),
        help_text=_("What had been published by then."),
        required=False,
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
        ),
        error_messages={
            "invalid": _("Give an instant as in 2017-05-20T12:00, or with its zone.")
        },
    )

    def clean_at(self) -> date | None:
        at: date | None = self.cleaned_data["at"]
        if at is not None and not FIRST <= at < LAST:
            raise forms.ValidationError(_("That day is out of range."), code="range")
        return at

    def clean_known_at(self) -> datetime | None:
        known_at: datetime | None = self.cleaned_data["known_at"]
        if known_at is not None and not FIRST.year < known_at.year < LAST.year:
            raise forms.ValidationError(
                _("That instant is out of range."), code="range"
            )
        return known_at

    def clocks(self, instant: datetime) -> Clocks:
        """The clocks asked for; what is not asked for, or not readable, is now."""
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

    def __init__(self, data: Any, *, table: PlanTable, word_for_none: str) -> None:
        super().__init__(data)
        actions = {line.commitment.action.code: line.commitment for line in table.lines}
        parts = {part: status_label(part) for part in sorted(PARTS, key=ORDER.index)}
        self._offer(
            "action",
            [(code, f"{code} {one.action.title}") for code, one in actions.items()],
            everything=_("All actions"),
        )
        self._offer(
            "instrument",
            [(one.slug, one.name) for one in table.instruments],
            everything=_("All instruments"),
        )
        self._offer(
            "status",
            {**parts, "not_reported": word_for_none}.items(),
            everything=_("All positions"),
        )
        self._offer("member", [(one.code, one.name) for one in table.members])

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
        """What is asked for, once the form is valid."""
        asked = self.cleaned_data
        return MatrixFilter(
            action=asked["action"],
            members=frozenset(asked["member"]),
            instrument=asked["instrument"],
            part=asked["status"],
        )
