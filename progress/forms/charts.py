"""What a chart is asked for: its clocks, and what it counts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed.fields import SlugField
from progress.forms.positions import UNKNOWN, ClockForm
from progress.positions.plan_table import PlanTable

ROWS = [
    ("action", _("By action")),
    ("sub_area", _("By sub-area")),
    ("member", _("By member")),
]


class ChartForm(ClockForm):
    """The clocks of a chart, its rows, and the member or the stocktake it counts."""

    by = forms.ChoiceField(
        label=_("Rows"),
        choices=[("", ""), *ROWS],
        required=False,
        error_messages={"invalid_choice": UNKNOWN},
    )
    member = forms.ChoiceField(
        label=_("Member"), required=False, error_messages={"invalid_choice": UNKNOWN}
    )
    stocktake = SlugField(label=_("Stocktake"), required=False, max_length=50)

    def __init__(self, data: Any, *, now: Any, table: PlanTable) -> None:
        super().__init__(data, now=now)
        choices: list[tuple[str, object]] = [("", _("All members"))]
        choices += [(member.code, member.name) for member in table.members]
        self.fields["member"].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def rows(self) -> str:
        """The rows asked for; empty for those that the chart has by itself."""
        return str(self.cleaned_data.get("by", ""))

    @property
    def chosen_member(self) -> str:
        return str(self.cleaned_data.get("member", ""))

    @property
    def chosen_stocktake(self) -> str:
        return str(self.cleaned_data.get("stocktake", ""))
