"""The form of a schedule: what is compiled, for whom, and when."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.dates import local_day, utc_day
from commitments.models import Plan
from progress.forms.versions import VersionForm, put_errors
from progress.models import Handling
from reports.forms.languages import OfferedLanguageField
from reports.models import LAST_MONTH_DAY, Report, Schedule
from reports.schedules.terms import RHYTHM_FIELDS, ScheduleTerms

USUAL_HOUR = 6  # UTC: before the morning's work in Europe, and after Tokyo's midday
TIMES = ("weekday", "month_day", "time")


class TimeInput(forms.TimeInput):
    """The browser's own time control, in whole minutes."""

    input_type = "time"


class ScheduleForm(VersionForm):
    """A schedule. Days and times that its rhythm does not take are left out."""

    plan = forms.ModelChoiceField(
        label=gettext_lazy("Plan"),
        queryset=Plan.objects.none(),
        to_field_name="slug",
        empty_label=None,
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Audience"),
        choices=Handling.choices,
        initial=Handling.GREEN,
        help_text=gettext_lazy(
            "The drafts contain entries up to this handling label. Only the Presidency"
            " reads them until a draft is circulated."
        ),
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"), choices=Report.Layout.choices
    )
    language = OfferedLanguageField()
    rhythm = forms.ChoiceField(
        label=gettext_lazy("When"),
        choices=Schedule.Rhythm.choices,
        initial=Schedule.Rhythm.WEEKLY,
        help_text=gettext_lazy("No draft is compiled if nothing has changed."),
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        initial=0,
        help_text=gettext_lazy("In UTC. Only for “Every week”."),
    )
    month_day = forms.TypedChoiceField(
        label=gettext_lazy("Day of the month"),
        choices=[(day, day) for day in range(1, LAST_MONTH_DAY + 1)],
        coerce=int,
        initial=1,
        help_text=gettext_lazy("In UTC. Only for “Every month”."),
    )
    time = forms.TimeField(
        label=gettext_lazy("Time, in UTC"),
        input_formats=["%H:%M"],
        widget=TimeInput(format="%H:%M"),
        initial=f"{USUAL_HOUR:02}:00",
        error_messages={
            "required": gettext_lazy("Enter a time, for example 06:00."),
            "invalid": gettext_lazy("Enter a time from 00:00 to 23:59."),
        },
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.only("pk", "slug", "title", "adopted_on")
        ordered = plans.order_by("-adopted_on", "pk")
        self.fields["plan"].queryset = ordered  # type: ignore[attr-defined]
        self.fields["time"].help_text = zone_sentences(at)

    @classmethod
    def initial_of(cls, schedule: Schedule) -> dict[str, Any]:
        """Return the values of a schedule. Times that it does not have stay usual."""
        values = ScheduleTerms.of(schedule).values()
        values["plan"] = schedule.plan.slug
        kept = {name: value for name, value in values.items() if value is not None}
        return {**kept, "version": schedule.version}

    def clean(self) -> dict[str, Any]:
        """Leave out what the rhythm does not take, and what is wrong with it."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        taken = RHYTHM_FIELDS.get(data.get("rhythm", ""), frozenset(TIMES))
        for name in (name for name in TIMES if name not in taken):
            data[name] = None
            self.errors.pop(name, None)
        return data

    def terms(self) -> ScheduleTerms:
        """Return what was chosen. The form must be valid."""
        return ScheduleTerms(**self.arguments())

    def add_problems(self, error: ValidationError) -> None:
        put_errors(self, error)


def zone_sentences(at: datetime) -> str:
    """Say what a time in UTC is in the reader's zone, and what happens with it."""
    zone = timezone.get_current_timezone()
    usual = at.astimezone(UTC).replace(hour=USUAL_HOUR, minute=0)
    local = usual.astimezone(zone)
    if local.utcoffset() == usual.utcoffset():
        first = _("It stays the same all year.")
    else:
        sentence = (
            _("%(utc)s in UTC is %(local)s in your time zone, %(zone)s.")
            if local_day(usual, str(zone)) == utc_day(usual)
            else _("%(utc)s in UTC is %(local)s the day before in %(zone)s.")
        )
        first = sentence % {
            "utc": f"{usual:%H:%M}",
            "local": f"{local:%H:%M}",
            "zone": timezone.get_current_timezone_name().replace("_", " "),
        }
    offsets = {local.replace(month=month, day=1).utcoffset() for month in (1, 7)}
    if len(offsets) == 1:
        return first
    moved = _(
        "When your clocks change, drafts come an hour earlier or later for you,"
        " because UTC does not change."
    )
    return f"{first} {moved}"
