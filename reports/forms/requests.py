"""The form to request a report: only the fields that its kind takes."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.dates import next_second, utc_day
from accounts.typed.fields import SlugField
from progress.models import Handling
from reports.form_choices import SINCE_DAY, FormChoices
from reports.forms.languages import OfferedLanguageField
from reports.kinds import KIND_RULES, ScopeField
from reports.models import Report
from reports.offered_languages import usual_language
from reports.report_request import ReportRequest, Since

# Where the form shows what is wrong with a part of the request.
FIELD_OF = {"action": "subject", "sub_area": "subject", "instrument": "subject"}


class ReportForm(forms.Form):
    """A request for a report. Both clocks are now unless they are set."""

    plan = SlugField(widget=forms.HiddenInput)
    member = forms.ChoiceField(label=_("Member"))
    subject = forms.ChoiceField(
        label=_("Subject"),
        help_text=_("An action, a sub-area, or an instrument that commitments name."),
    )
    since = forms.ChoiceField(label=_("Changes since"))
    since_day = forms.DateField(
        label=_("Day to compare with"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Only if you compare with a day: its end, in UTC."),
    )
    stocktake = forms.ChoiceField(
        label=_("Stocktake"),
        required=False,
        help_text=_("Entries of other stocktakes are shown as “no update”."),
    )
    audience = forms.ChoiceField(
        label=_("Audience"),
        help_text=_("The report contains entries up to this handling label."),
    )
    layout = forms.ChoiceField(label=_("Layout"))
    language = OfferedLanguageField()
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

    def __init__(self, *args: Any, choices: FormChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = choices
        rules = KIND_RULES[choices.kind]
        for name, values in _lists(choices).items():
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = values
        taken = {
            "member": "member" in rules.scope,
            "subject": "action" in rules.scope,
            "since": rules.has_since,
            "since_day": rules.has_since,
            "layout": len(rules.layouts) > 1,
        }
        for name in (name for name, is_taken in taken.items() if not is_taken):
            del self.fields[name]
        self.initial = {**_usual(choices), **self.initial}

    def clean(self) -> dict[str, Any]:
        """Require a day exactly if the report compares with one."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "since" in self.fields and "since" in data and "since_day" in data:
            is_day, has_day = data["since"] == SINCE_DAY, data["since_day"] is not None
            if is_day and not has_day:
                self.add_error("since_day", _("Enter the day to compare with."))
            if has_day and not is_day:
                self.add_error(
                    "since_day",
                    _("Leave this empty, or choose “The day given below” above."),
                )
        return data

    def request_at(self, now: datetime) -> ReportRequest:
        """Return the request. The form must be valid."""
        data, offered = self.cleaned_data, self.offered
        rules = KIND_RULES[offered.kind]
        return ReportRequest(
            kind=offered.kind,
            plan=offered.plan,
            stocktake=offered.stocktakes.get(data["stocktake"]),
            audience=data["audience"],
            layout=data.get("layout", rules.layouts[0]),
            language=data["language"],
            at=data["at"] or utc_day(now),
            known_at=data["known_at"] or next_second(now),
            since=self._since(),
            **self._scope(),
        )

    def _scope(self) -> dict[ScopeField, Any]:
        """Return what the report is about, by the field of the request."""
        if member := self.cleaned_data.get("member"):
            return {"member": self.offered.members[member]}
        if subject := self.cleaned_data.get("subject"):
            name = cast("ScopeField", subject.partition(":")[0])
            return {name: self.offered.subjects[subject]}
        return {}

    def _since(self) -> Since | None:
        since = self.cleaned_data.get("since")
        if since is None:
            return None
        if since == SINCE_DAY:
            return Since(at=self.cleaned_data["since_day"])
        return self.offered.sinces[since]

    def add_problems(self, error: ValidationError) -> None:
        """Show what an action refused, each beside its field."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, problems in error.error_dict.items():
            field = FIELD_OF.get(name, name)
            self.add_error(field if field in self.fields else None, problems)


def _lists(choices: FormChoices) -> dict[str, list[Any]]:
    """Return the choices of each list."""
    rules = KIND_RULES[choices.kind]
    return {
        "member": [("", _("Choose a member"))] * (len(choices.members) > 1)
        + [(code, member.name) for code, member in choices.members.items()],
        "subject": [("", _("Choose a subject")), *choices.subject_groups],
        "since": list(choices.since_groups),
        "stocktake": [
            ("", _("None (every published entry counts as current)")),
            *((slug, row.title) for slug, row in choices.stocktakes.items()),
        ],
        "audience": [
            (label.value, label.label)
            for label in Handling
            if label in choices.audiences
        ],
        "layout": [
            (layout.value, layout.label)
            for layout in Report.Layout
            if layout in rules.layouts
        ],
    }


def _usual(choices: FormChoices) -> dict[str, object]:
    """Return the initial values: the newest stocktake, for the widest usual audience.

    That is TLP:GREEN, or the highest label if the user may not choose it. Changes are
    those since the last closed stocktake.
    """
    is_green = Handling.GREEN in choices.audiences
    return {
        "plan": choices.plan.slug,
        "language": usual_language(),
        "stocktake": next(iter(choices.stocktakes), ""),
        "audience": Handling.GREEN if is_green else choices.audiences[-1],
        "since": next(
            (value for value, since in choices.sinces.items() if since.stocktake),
            SINCE_DAY,
        ),
    }
