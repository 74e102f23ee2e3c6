"""The filters of what changed on a plan since a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.typed.fields import LineField
from commitments.models import Commitment
from progress.forms.positions import UNKNOWN
from progress.positions.figures import CHANGES
from progress.positions.labels import change_label
from progress.positions.plan_changes import ChangeFilter
from progress.positions.plan_table import PlanTable
from progress.positions.since import StartingPoint, default_since, read_since

FILTERS = ("member", "action", "sub_area", "instrument", "change")
BY_MEMBER, BY_COMMITMENT = "member", "commitment"


class ChangesForm(forms.Form):
    """Since when, and which part of the changes. `points` are those to choose from."""

    since = LineField(label=_("Since"), required=False)
    by = forms.ChoiceField(
        label=_("Group by"),
        required=False,
        choices=[(BY_MEMBER, _("Member")), (BY_COMMITMENT, _("Commitment"))],
        error_messages={"invalid_choice": UNKNOWN},
    )
    member = forms.ChoiceField(label=_("Member"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    sub_area = forms.ChoiceField(label=_("Sub-area"), required=False)
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    change = forms.ChoiceField(label=_("Change"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        table: PlanTable,
        points: Sequence[StartingPoint],
        now: datetime,
    ) -> None:
        super().__init__(data)
        self.plan, self.points, self.now = table.plan, points, now
        commitments = [line.commitment for line in table.lines]
        actions = {one.action.code: one.action.title for one in commitments}
        sub_areas = {
            one.sub_area.code: one.sub_area.title for one in commitments if one.sub_area
        }
        members = {member.code: member.name for member in table.members}
        instruments = {one.slug: one.name for one in table.instruments}
        kinds = {change: change_label(change) for change in CHANGES}
        self._offer("member", members, _("All members"))
        self._offer("action", _with_codes(actions), _("All actions"))
        self._offer("sub_area", _with_codes(sub_areas), _("All sub-areas"))
        self._offer("instrument", instruments, _("All instruments"))
        self._offer("change", kinds, _("All changes"))

    def _offer(self, name: str, choices: dict[Any, str], everything: object) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.error_messages["invalid_choice"] = str(UNKNOWN)
        field.choices = [("", everything), *choices.items()]

    def clean_since(self) -> StartingPoint:
        """Return since when.

        Raises ValidationError if that is no day, stocktake or summit.
        """
        text = self.cleaned_data["since"]
        return read_since(text, self.points, self.plan, now=self.now)

    @property
    def chosen_since(self) -> StartingPoint:
        """Since when, or the usual start if that is not valid."""
        chosen: StartingPoint | None = (
            self.cleaned_data.get("since") if self.is_valid() else None
        )
        return chosen or default_since(self.points, self.plan, now=self.now)

    def choice(self) -> ChangeFilter:
        """Return the filters. Call it once the form is valid.

        One query, if the commitments that concern an instrument are asked for.
        """
        asked, concerning = self.cleaned_data, None
        if slug := asked["instrument"]:
            found = Commitment.objects.filter(plan=self.plan).concerning(slug)
            concerning = frozenset(found.values_list("pk", flat=True))
        return ChangeFilter(
            action=asked["action"],
            sub_area=asked["sub_area"],
            member=asked["member"],
            concerning=concerning,
            change=asked["change"],
        )

    def asked_labels(self) -> list[tuple[str, str]]:
        """Return each filter in use with its label. Call it once the form is valid."""
        found = []
        for name in FILTERS:
            field = cast("forms.ChoiceField", self.fields[name])
            labels = dict(cast("list[tuple[str, str]]", field.choices))
            if value := self.cleaned_data[name]:
                found.append((str(field.label), str(labels[value])))
        return found


def _with_codes(titles: dict[str, str]) -> dict[str, str]:
    return {code: f"{code} {title}" for code, title in titles.items()}
