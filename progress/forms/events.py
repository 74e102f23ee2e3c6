"""The filter of the audit page."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.dates import start_of_day
from accounts.models import Member, User
from accounts.wording.filters import ALL
from accounts.wording.names import name_order
from progress.events.audience import EVENT_KINDS, SUBJECT_LABELS, EventGrant
from progress.events.listing import FIRST_YEAR, LAST_YEAR, EventFilter
from progress.forms.fields import day_input, offer_if_several

# Days that have a next one in every time zone.
_DAYS = (
    MinValueValidator(date(FIRST_YEAR + 1, 1, 1)),
    MaxValueValidator(date(LAST_YEAR - 1, 12, 31)),
)


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=day_input(), validators=_DAYS
    )


class EventFilterForm(forms.Form):
    """Which events to list. It offers only what its reader may list."""

    subject = forms.ChoiceField(
        label=pgettext_lazy("the kind of an event", "Subject"), required=False
    )
    person = forms.ChoiceField(label=_("Person"), required=False)
    member = forms.ChoiceField(label=_("Member concerned"), required=False)
    since = _day_field(_("From"))
    until = _day_field(_("To"))

    def __init__(
        self,
        data: Any,
        *,
        grants: Iterable[EventGrant],
        people: Mapping[UUID, User],
        members: Iterable[Member],
        zone: str,
    ) -> None:
        super().__init__(data)
        self.zone = zone
        offered = {EVENT_KINDS[verb].subject for one in grants for verb in one.verbs}
        subjects = [
            (subject.value, label)
            for subject, label in SUBJECT_LABELS.items()
            if subject in offered
        ]
        named = sorted(people.values(), key=lambda person: name_order(str(person)))
        offer_if_several(self, "subject", _("All subjects"), subjects)
        offer_if_several(
            self, "person", _("All people"), [(str(one.pk), one) for one in named]
        )
        offer_if_several(self, "member", ALL, [(one.code, one.name) for one in members])

    def criteria(self) -> EventFilter:
        """Return what is asked for. Call it once the form is valid."""
        asked = self.cleaned_data
        since, until = asked["since"], asked["until"]
        person = asked.get("person")
        return EventFilter(
            person=UUID(person) if person else None,
            subject=asked.get("subject", ""),
            member=asked.get("member", ""),
            since=start_of_day(since, self.zone) if since else None,
            until=start_of_day(until + timedelta(days=1), self.zone) if until else None,
        )
