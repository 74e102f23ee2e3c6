"""The form to request a report."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.dates import next_second, utc_day
from commitments.models import Plan
from progress.models import Handling, Stocktake
from reports.actions import ReportRequest


class ReportForm(forms.Form):
    """A request for a stocktake report. Both clocks are now unless they are set."""

    plan = forms.ModelChoiceField(
        Plan.objects.order_by("-adopted_on", "pk"),
        to_field_name="slug",
        label=_("Plan"),
        empty_label=None,
    )
    stocktake = forms.ModelChoiceField(
        Stocktake.objects.exclude(opened_at=None).order_by("-opens_at", "pk"),
        label=_("Stocktake"),
        required=False,
        empty_label=_("None (every published entry counts as current)"),
        help_text=_("Entries of other stocktakes are shown as “no update”."),
    )
    audience = forms.ChoiceField(
        label=_("Audience"),
        help_text=_("The report contains entries up to this handling label."),
    )
    at = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("What was true on that day. Leave empty for today."),
    )
    known_at = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
        help_text=_(
            "What had been published by then, in whole seconds. Leave empty for now."
        ),
    )

    def __init__(self, *args: Any, audiences: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience = self.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)  # noqa: S101 - narrows the type
        audience.choices = [
            (label.value, label.label) for label in Handling if label in audiences
        ]

    def request_at(self, now: datetime) -> ReportRequest:
        """Return the request. The form must be valid."""
        data = self.cleaned_data
        return ReportRequest(
            plan=data["plan"],
            stocktake=data["stocktake"],
            audience=data["audience"],
            at=data["at"] or utc_day(now),
            known_at=data["known_at"] or next_second(now),
        )


def usual_request(audiences: list[str]) -> dict[str, object]:
    """Return the initial values: the newest stocktake, for the widest usual audience.

    That is TLP:GREEN, or the highest label if the user may not choose it.
    """
    newest = Stocktake.objects.exclude(opened_at=None).order_by("-opens_at", "pk")
    is_green = Handling.GREEN in audiences
    return {
        "stocktake": newest.first(),
        "audience": Handling.GREEN if is_green else audiences[-1],
    }
