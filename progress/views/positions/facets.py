"""The choices of a page's filters as links, each with how many it would show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from progress.forms.reading import MemberPageForm
from progress.positions.member_filter import MemberFilter
from progress.positions.reading import MemberPosition
from progress.views.chips import address_with

# A commitment is of one action and one sub-area: choosing one lets go of the other.
_PLACE = ("action", "sub_area")


@dataclass(frozen=True)
class Facet:
    """One choice: a link that sets the filter or, where it is set, removes it."""

    label: str
    value: str
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Facets:
    """The choices of each group. Those that would show nothing are left out."""

    places: Sequence[Facet]
    statuses: Sequence[Facet]
    flags: Sequence[Facet]
    instruments: Sequence[Facet]


def facets_of(
    form: MemberPageForm,
    query: QueryDict,
    by: MemberFilter,
    positions: Sequence[MemberPosition],
) -> Facets:
    """Return the choices with their counts, with all other filters as they are."""
    choices = _Choices(form, query, by, positions)
    return Facets(
        places=_in_plan_order(choices.of("action", "sub_area")),
        statuses=choices.of("status"),
        flags=choices.of("since", "at_risk", "late", "overdue"),
        instruments=choices.of("instrument"),
    )


@dataclass(frozen=True)
class _Choices:
    """Makes the choices of the filters of one page."""

    form: MemberPageForm
    query: QueryDict
    by: MemberFilter
    positions: Sequence[MemberPosition]

    def of(self, *names: str) -> list[Facet]:
        found = (
            self._facet(name, value, label)
            for name in names
            for value, label in self.form.choices_of(name)
        )
        return [facet for facet in found if facet.count or facet.is_chosen]

    def _facet(self, name: str, value: str, label: Any) -> Facet:
        others = _PLACE if name in _PLACE else (name,)
        instead = {**dict.fromkeys(others, ""), name: value}
        is_chosen = self.by.asked[name] == value
        asked = {**instead, name: ""} if is_chosen else instead
        changed = {key: [kept] if kept else [] for key, kept in asked.items()}
        return Facet(
            label=str(label),
            value=value,
            count=sum(self.by.shows(one, instead) for one in self.positions),
            url=address_with(self.query, changed),
            is_chosen=is_chosen,
        )


def _in_plan_order(places: Iterable[Facet]) -> list[Facet]:
    """Return each action with its sub-areas after it. Their values are codes."""
    return sorted(places, key=lambda facet: [*map(int, facet.value.split("."))])
