"""The filters of the matrix. All of them are part of the address."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.wording.listed import listed
from commitments.models import Commitment
from progress.entries.states import state_label
from progress.forms.positions import NO_CHOICE, UNKNOWN, ClockForm
from progress.positions.figures import CHANGES, ORDER
from progress.positions.labels import change_label, part_label
from progress.positions.matrix_filter import BEFORE_SUMMIT, MatrixFilter
from progress.positions.plan_table import PlanTable
from progress.querysets.entries import IN_PROGRESS

YES: Final = "yes"
# In the order in which the page and its files name them.
FILTERS: Final = (
    "action", "sub_area", "instrument", "status", "change", "age", "state",
    "at_risk", "late", "silent", "member",
)  # fmt: skip
FLAGS: Final = ("at_risk", "late", "silent")


class YesInput(forms.CheckboxInput):
    """A box whose address says `yes`. Any other value stays, and is refused."""

    def __init__(self) -> None:
        super().__init__(attrs={"value": YES}, check_test=lambda value: value == YES)

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> Any:
        return data.get(name, "")

    def format_value(self, _value: Any) -> str:
        return YES


def _filter(label: object, unknown: object = NO_CHOICE) -> Any:
    return forms.ChoiceField(
        label=label,  # type: ignore[arg-type]  # lazy text is text
        required=False,
        error_messages={"invalid_choice": unknown},  # type: ignore[dict-item]
    )


def _flag(label: object) -> Any:
    field = _filter(label)
    field.widget = YesInput()
    field.choices = [(YES, label)]
    return field


class MatrixForm(ClockForm):
    """The filters of the matrix, its view, and the two clocks."""

    action = _filter(_("Action"), UNKNOWN)
    sub_area = _filter(_("Sub-area"), UNKNOWN)
    instrument = _filter(_("Instrument"), UNKNOWN)
    status = _filter(_("Status"), UNKNOWN)
    change = _filter(_("Change since the last stocktake"))
    age = _filter(_("Age of the entry"))
    state = _filter(_("State of a new entry"))
    at_risk = _flag(_("At risk"))
    late = _flag(_("Late"))
    silent = _flag(_("No entry in this stocktake"))
    member = forms.MultipleChoiceField(
        label=_("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": UNKNOWN},
    )
    view = _filter(_("View"))

    field_order = [*FILTERS, "at", "known_at", "view"]

    def __init__(
        self, data: Any, *, now: datetime, table: PlanTable, none_label: str
    ) -> None:
        super().__init__(data, now=now)
        self.plan = table.plan
        self._offer_parts_of(table)
        parts = [(part, part_label(part, none_label)) for part in ORDER]
        self._offer("status", parts, everything=_("All positions"))
        changes = [(change, change_label(change)) for change in CHANGES]
        self._offer("change", changes, everything=_("Changed or not"))
        ages = [
            ("3-months", _("3 months or more")),
            ("6-months", _("6 months or more")),
            ("12-months", _("12 months or more")),
            (BEFORE_SUMMIT, _("From before the last summit")),
        ]
        self._offer("age", ages, everything=_("Any age"))
        states = [
            (name, state_label(name, is_chairs_own=False)) for name in IN_PROGRESS
        ]
        self._offer("state", states, everything=_("Any state"))
        self._offer("view", [("detailed", _("Detailed"))], everything=_("Compact"))

    def _offer_parts_of(self, table: PlanTable) -> None:
        rows = [line.commitment for line in table.lines]
        actions = {row.action.code: row.action.title for row in rows}
        areas = {row.sub_area.code: row.sub_area.title for row in rows if row.sub_area}
        for name, titles, everything in (
            ("action", actions, _("All actions")),
            ("sub_area", areas, _("All sub-areas")),
        ):
            choices = [(code, f"{code} {title}") for code, title in titles.items()]
            self._offer(name, choices, everything=everything)
        named = [(instrument.slug, instrument.name) for instrument in table.instruments]
        self._offer("instrument", named, everything=_("All instruments"))
        self._offer("member", [(member.code, member.name) for member in table.members])

    def _offer(
        self, name: str, choices: Iterable[tuple[str, Any]], *, everything: Any = None
    ) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = [*([("", everything)] if everything else []), *choices]

    @property
    def flags(self) -> list[forms.BoundField]:
        """The filters that are on or off."""
        return [self[name] for name in FLAGS]

    @property
    def is_detailed(self) -> bool:
        """Whether each cell says all, rather than show marks. False if not valid."""
        return bool(self.is_valid() and self.cleaned_data["view"])

    def choice(self) -> MatrixFilter:
        """Return the filters. Call it once the form is valid.

        One query, if the commitments that concern an instrument are asked for.
        """
        asked, concerning = self.cleaned_data, None
        if slug := asked["instrument"]:
            found = Commitment.objects.filter(plan=self.plan).concerning(slug)
            concerning = frozenset(found.values_list("pk", flat=True))
        return MatrixFilter(
            action=asked["action"],
            sub_area=asked["sub_area"],
            members=frozenset(asked["member"]),
            concerning=concerning,
            part=asked["status"],
            change=asked["change"],
            state=asked["state"],
            age=asked["age"],
            is_at_risk=bool(asked["at_risk"]),
            is_late=bool(asked["late"]),
            is_silent=bool(asked["silent"]),
        )

    def asked_labels(self) -> list[tuple[str, str]]:
        """Return each filter in use with its label. Call it once the form is valid."""
        found, yes = [], gettext("yes")
        for name in FILTERS:
            field = cast("forms.ChoiceField", self.fields[name])
            labels = dict(cast("list[tuple[str, str]]", field.choices))
            asked = self.cleaned_data[name]
            values = asked if isinstance(asked, list) else [asked]
            if chosen := listed(str(labels[value]) for value in values if value):
                found.append((str(field.label), yes if name in FLAGS else chosen))
        return found

    def asked_values(self) -> list[str]:
        """Return the values of the filters in use, for the name of a file."""
        found: list[str] = []
        for name in FILTERS:
            asked = self.cleaned_data[name]
            values = asked if isinstance(asked, list) else [asked]
            found += [name if name in FLAGS else value for value in values if value]
        return found
