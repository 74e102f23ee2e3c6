"""Positions: where each member commitment stands, under both clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from accounts.dates import utc_day
from accounts.models import Member
from api.fields import ChoiceOrNull
from api.filters import (
    DayFilter,
    Filters,
    InstantFilter,
    OrderFilter,
    SearchFilter,
    action_filter,
    choice_filter,
    commitment_filter,
    instrument_filter,
    member_filter,
    plan_filter,
    stocktake_filter,
    sub_area_filter,
)
from api.requests import ActorRequest
from api.resources.entries import UNCHANGED
from api.resources.evidence import READ_SCOPES
from api.resources.member_commitments import MemberCommitmentRef
from api.values import read_date, read_instant
from api.viewsets import Resource
from commitments.models import MemberCommitment
from progress.models import Entry, Handling, Status
from progress.querysets.entries import EntryQuerySet


@dataclass(frozen=True)
class Clocks:
    """What was true on a day (`at`), as it was known at an instant (`known_at`)."""

    at: date
    known_at: datetime

    @classmethod
    def of(cls, request: ActorRequest) -> "Clocks":
        """As the parameters say, which the filters have checked; now if they do not."""
        at = request.query_params.get("at")
        known_at = request.query_params.get("known_at")
        return cls(
            at=read_date(at) if at else utc_day(request.at),
            known_at=read_instant(known_at) if known_at else request.at,
        )


def positions_for(request: ActorRequest) -> EntryQuerySet:
    """The entries that are somebody's position, of those this reader may see."""
    clocks = Clocks.of(request)
    visible = Entry.objects.visible_to(request.user, request.at)
    return visible.annotated_positions(at=clocks.at, known_at=clocks.known_at)


@dataclass(frozen=True)
class PositionRow:
    """A member commitment and its position, if the reader sees one."""

    member_commitment: MemberCommitment
    entry: Entry | None


class PositionOut(serializers.Serializer[Any]):
    member_commitment = MemberCommitmentRef()
    # Null, all of them, where there is no entry that this key may see.
    entry = serializers.UUIDField(source="entry.pk", allow_null=True)
    stocktake = serializers.CharField(source="entry.stocktake.slug", allow_null=True)
    as_of = serializers.DateField(source="entry.as_of", allow_null=True)
    published_at = serializers.DateTimeField(
        source="entry.published_at", allow_null=True
    )
    status = ChoiceOrNull(Status.choices, source="entry.status")
    is_at_risk = serializers.BooleanField(source="entry.is_at_risk", allow_null=True)
    handling = ChoiceOrNull(Handling.choices, source="entry.handling")
    shows_again = serializers.BooleanField(
        source="entry.shows_again",
        allow_null=True,
        help_text=_("An earlier entry holds, because a later one was withdrawn."),
    )
    unchanged_since = serializers.DateField(
        source="entry.visible_unchanged_since", allow_null=True, help_text=UNCHANGED
    )


class ClockDayFilter(DayFilter):
    """Read by the view: a clock leaves every row where it is."""

    def filter(self, rows: QuerySet[Model], at: date | None) -> QuerySet[Model]:
        return rows


class ClockInstantFilter(InstantFilter):
    """Read by the view, as the other clock is."""

    def filter(self, rows: QuerySet[Model], at: datetime | None) -> QuerySet[Model]:
        return rows


class PositionFilters(Filters):
    plan = plan_filter("commitment__plan__slug", required=True)
    at = ClockDayFilter(help_text=_("What was true on this day; today if left out."))
    known_at = ClockInstantFilter(
        help_text=_("What had been published by this instant; now if left out.")
    )
    action = action_filter("commitment__action__number")
    sub_area = sub_area_filter("commitment__sub_area__code")
    commitment = commitment_filter("commitment__code")
    instrument = instrument_filter("commitment__instruments__slug")
    member = member_filter("member__code")
    member_kind = choice_filter("member__kind", Member.Kind.choices)
    stocktake = stocktake_filter("stocktake__slug", method="of_entry")
    status = choice_filter("status", Status.choices, method="of_entry")
    handling = choice_filter("handling", Handling.choices, method="of_entry")
    as_of_after = DayFilter(
        "as_of__gte", method="of_entry", help_text=_("On this day or later.")
    )
    as_of_before = DayFilter(
        "as_of__lte", method="of_entry", help_text=_("On this day or earlier.")
    )
    published_since = InstantFilter(
        "published_at__gte", method="of_entry", help_text=_("At this instant or later.")
    )
    search = SearchFilter("commitment__code", "commitment__text")
    ordering = OrderFilter(commitment="commitment__position", member="member_id")

    def of_entry(
        self, rows: QuerySet[MemberCommitment], path: str, wanted: object
    ) -> QuerySet[MemberCommitment]:
        """Rows whose position says this: filtered after the positions are found."""
        said = positions_for(self.request).filter(**{path: wanted})
        return rows.filter(pk__in=said.values("member_commitment"))


class PositionViewSet(mixins.ListModelMixin, Resource[MemberCommitment]):
    """The status of every member commitment of a plan, under both clocks.

    `at` asks for what was true on a day, `known_at` for what had been published by an
    instant. Every member commitment has a row: without an entry that this key may see,
    all it says is null.
    """

    queryset = MemberCommitment.objects.select_related("commitment__plan").order_by(
        "commitment__position", "member_id", "pk"
    )
    scopes = READ_SCOPES
    serializer_class = PositionOut
    filterset_class = PositionFilters

    @property
    def pinned_parameters(self) -> dict[str, str]:
        """All pages of one list tell the same instant, the one of the first."""
        clocks = Clocks.of(self.request)
        known_at = clocks.known_at.astimezone(UTC).isoformat()
        return {"at": clocks.at.isoformat(), "known_at": known_at}

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page of member commitments, each with its position beside it."""
        page: list[MemberCommitment] = super().paginate_queryset(queryset) or []
        positions = positions_for(self.request).filter(member_commitment__in=page)
        found = {
            entry.member_commitment_id: entry
            for entry in positions.select_related("stocktake")
        }
        return [PositionRow(owed, found.get(owed.pk)) for owed in page]
