"""The forms of pages for reading: a member's filters, and the order of a commitment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from accounts.wording.names import in_language
from progress.forms.positions import NO_CHOICE, ClockForm
from progress.positions.figures import ORDER
from progress.positions.instruments import PlanInstruments
from progress.positions.labels import part_label
from progress.positions.member_filter import FILTERS, SINCE_STOCKTAKE, SINCE_SUMMIT
from progress.positions.reading import PlanReading

YES: Final = "yes"


def _filter(label: Any, choices: Iterable[tuple[str, Any]] = ()) -> Any:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=choices,
        error_messages={"invalid_choice": NO_CHOICE},
    )


class MemberPageForm(ClockForm):
    """The filters of the page of a member, and the two clocks."""

    action = _filter(_("Action"))
    sub_area = _filter(_("Sub-area"))
    instrument = _filter(_("Instrument"))
    status = _filter(_("Status"))
    since = _filter("")
    at_risk = _filter("", [(YES, _("At risk"))])
    late = _filter("", [(YES, _("Late"))])
    overdue = _filter("", [(YES, _("Past its target date"))])

    def __init__(
        self,
        data: Any,
        *,
        now: datetime,
        reading: PlanReading,
        member: Member,
        instruments: PlanInstruments,
    ) -> None:
        super().__init__(data, now=now)
        table, none_label = reading.table, reading.none_labels[member.code]
        lines = [line for line in table.lines if member.code in line.member_codes]
        rows = [line.commitment for line in lines]
        self._offer("action", {row.action.code: str(row.action) for row in rows})
        areas = {row.sub_area.code: str(row.sub_area) for row in rows if row.sub_area}
        self._offer("sub_area", areas)
        self._offer("instrument", {row.slug: row.name for row in instruments.in_order})
        self._offer("status", {part: part_label(part, none_label) for part in ORDER})
        self._offer("since", dict(_since_choices(reading)))

    def _offer(self, name: str, labels: Mapping[str, str]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = list(labels.items())

    def choices_of(self, name: str) -> list[tuple[str, Any]]:
        choices = cast("forms.ChoiceField", self.fields[name]).choices
        return cast("list[tuple[str, Any]]", list(choices))  # type: ignore[arg-type]

    def asked(self) -> dict[str, str]:
        """Return the value of each filter. Call it once the form is valid."""
        return {name: self.cleaned_data[name] for name in FILTERS}


def _since_choices(reading: PlanReading) -> Iterable[tuple[str, str]]:
    if summit := reading.table.last_summit:
        yield (
            SINCE_SUMMIT,
            _("Published since %(summit)s %(year)s")
            % {"summit": in_language(summit.name), "year": summit.year},
        )
    if reading.since:
        label = _("Changed since %(stocktake)s") % {"stocktake": reading.since.title}
        yield SINCE_STOCKTAKE, label


class CommitmentForm(ClockForm):
    """The order of the members' reports on a commitment, and the two clocks."""

    ORDERS = (
        ("", _("Member")),
        ("status", _("Status")),
        ("newest", _("Newest first")),
        ("change", _("Change")),
    )
    order = _filter(_("Order"), ORDERS)

    @property
    def asked_order(self) -> str:
        """The order asked for; empty for that of the members, and if not valid."""
        return str(self.cleaned_data["order"]) if self.is_valid() else ""
