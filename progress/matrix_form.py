"""What an address asks of the matrix; every value is checked against the plan."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from progress.figures import PARTS
from progress.matrix import Choice
from progress.plan_table import PlanTable
from progress.standpoint import ClockForm
from progress.templatetags.status_marks import ORDER, status_label

UNKNOWN = _("There is no “%(value)s” in this plan. Choose from the list.")


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

    def choice(self) -> Choice:
        """What is asked for, once the form is valid."""
        asked = self.cleaned_data
        return Choice(
            action=asked["action"],
            members=frozenset(asked["member"]),
            instrument=asked["instrument"],
            part=asked["status"],
        )
