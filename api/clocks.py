"""The two clocks as parameters of a list: what was true on a day, as known by then."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from api.filters import (
    DayFilter,
    InstantFilter,
    StrictFilterBackend,
    parameter_faults,
)
from api.paging import Row
from api.problems import InvalidParameters
from api.requests import ActorRequest
from api.values import read_date, read_instant
from api.viewsets import Resource
from progress.models import Stocktake
from progress.positions.clocks import Clocks, require_clocks
from progress.positions.settled_clocks import settled_clocks


def clocks_of(request: ActorRequest) -> Clocks:
    """Return the clocks that the parameters ask for: see `Clocks.asked`.

    The filters have checked the values already.
    """
    at, known_at = asked_of(request)
    return Clocks.asked(at, known_at, now=request.at)


def asked_of(request: ActorRequest) -> tuple[date | None, datetime | None]:
    """Return the two clocks as given, None where one is left out."""
    at = request.query_params.get("at")
    known_at = request.query_params.get("known_at")
    return (
        read_date(at) if at else None,
        read_instant(known_at) if known_at else None,
    )


class ClockDayFilter(DayFilter):
    """Checks `at` and removes no row: the view reads the value."""

    def filter(self, rows: QuerySet[Model], at: date | None) -> QuerySet[Model]:
        return rows


class ClockInstantFilter(InstantFilter):
    """Checks `known_at` and removes no row: the view reads the value."""

    def filter(self, rows: QuerySet[Model], at: datetime | None) -> QuerySet[Model]:
        return rows


class ClockedResource(Resource[Row]):
    """A resource whose list takes `at` and `known_at`."""

    @property
    def clocks(self) -> Clocks:
        """Return the clocks asked for, or now's: the filters refuse bad values."""
        try:
            return clocks_of(self.request)
        except ValidationError:
            return Clocks.now(self.request.at)

    def filter_queryset(self, queryset: Any) -> Any:
        """Return the filtered rows. Raises InvalidParameters, also for the clocks.

        A cursor is bound to its clocks, so they need no further check beside one.
        """
        filters = StrictFilterBackend().valid_filters(self.request, queryset, self)
        self.given = filters.form.cleaned_data
        if "cursor" not in self.request.query_params:
            self._require_clocks()
        return filters.qs

    def _require_clocks(self) -> None:
        given, (at, known_at) = self.request.query_params, asked_of(self.request)
        stocktake = None
        if slug := given.get("stocktake"):
            of_plan = Stocktake.objects.filter(plan__slug=given["plan"])
            stocktake = of_plan.filter(slug=slug).first()
        try:
            require_clocks(at, known_at, now=self.request.at, stocktake=stocktake)
        except ValidationError as error:
            raise InvalidParameters(parameter_faults(error.error_dict)) from error

    # The cursor's clocks are bound to it as `pinned_parameters` writes them.
    clock_parameters = frozenset({"at", "known_at"})

    @property
    def pinned_parameters(self) -> dict[str, str]:
        """Return both clocks, so that all pages show the instant of the first.

        A list of now gets the instant of the last change for its reader. So its pages
        and their addresses stay the same for as long as nothing changes. Here
        `known_at` may have a fraction of a second.
        """
        clocks, (at, known_at) = self.clocks, asked_of(self.request)
        if clocks.is_now and known_at is None:
            if "cursor" in self.request.query_params:
                return {}  # no cursor has such clocks
            settled = settled_clocks(self.request.user, self.request.at)
            clocks = replace(settled, at=at or settled.at)
        written = clocks.known_at.astimezone(UTC).isoformat()
        return {"at": clocks.at.isoformat(), "known_at": written}
