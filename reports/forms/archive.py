"""The filter of the archive of reports."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.typed.fields import LineField
from accounts.wording.filters import ALL
from commitments.models import Plan
from progress.forms.fields import offer_if_several
from progress.models import Handling
from progress.querysets.visibility import readable_handlings
from reports.languages import LANGUAGES
from reports.models import Report
from reports.models.report import ReportQuerySet

_Circulation = Report.Circulation
# What a report counts as, and the condition for it.
STANDINGS: Final[dict[str, tuple[Any, Q]]] = {
    "draft": (
        _("Draft, not circulated"),
        Q(is_of_presidency=True, circulation=_Circulation.NONE),
    ),
    "circulated": (_("Circulated"), Q(circulation=_Circulation.CIRCULATED)),
    "objected": (_("Silence broken"), Q(circulation=_Circulation.OBJECTED)),
    "final": (_("Final report"), Q(circulation=_Circulation.FINAL)),
    "own": (_("Your own report"), Q(is_of_presidency=False)),
}
FILTERS: Final = ("plan", "kind", "standing", "audience", "language", "state")


class ArchiveForm(forms.Form):
    """Which reports to list. It offers only what its reader may have."""

    plan = forms.ChoiceField(label=_("Plan"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    standing = forms.ChoiceField(label=_("Draft or final"), required=False)
    audience = forms.ChoiceField(label=_("Audience"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    # Kept while the filter changes.
    ordering = LineField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, reader: User, plans: Iterable[Plan], at: datetime
    ) -> None:
        super().__init__(data)
        is_presidency = reader.is_presidency(at)
        labels = Handling.values if is_presidency else readable_handlings(reader)
        audiences = [one for one in Handling.choices if one[0] in labels]
        plan_choices = [(plan.slug, plan.title) for plan in plans]
        standings = [
            (name, label)
            for name, (label, _condition) in STANDINGS.items()
            if name in _standings_of(reader, is_presidency=is_presidency)
        ]
        offer_if_several(self, "plan", _("All plans"), plan_choices)
        offer_if_several(self, "kind", _("All kinds"), Report.Kind.choices)
        offer_if_several(self, "standing", ALL, standings)
        offer_if_several(self, "audience", ALL, audiences)
        offer_if_several(self, "language", ALL, [*LANGUAGES.items()])
        offer_if_several(self, "state", ALL, Report.State.choices)

    def matching(self, reports: ReportQuerySet) -> ReportQuerySet:
        """Return the reports that are asked for. Call it once the form is valid."""
        asked = {name: self.cleaned_data.get(name) for name in FILTERS}
        if plan := asked.pop("plan"):
            reports = reports.filter(plan__slug=plan)
        if standing := asked.pop("standing"):
            reports = reports.filter(STANDINGS[standing][1])
        return reports.filter(**{name: value for name, value in asked.items() if value})


def _standings_of(reader: User, *, is_presidency: bool) -> set[str]:
    if is_presidency:
        return set(STANDINGS)
    circulates = {"circulated", "objected"} if reader.delegation is not None else set()
    return circulates | {"final", "own"}
