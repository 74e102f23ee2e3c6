"""The resource `positions`: what holds for every member commitment, at both clocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.db.models import DateField, DateTimeField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.clocks import (
    ClockDayFilter,
    ClockedResource,
    ClockInstantFilter,
    clocks_of,
)
from api.compiled import CompiledQuery, OfIds, Parameter
from api.fields import ChoiceOrNull
from api.filters import (
    DayFilter,
    InstantFilter,
    MemberCommitmentFilters,
    OrderFilter,
    SearchFilter,
    choice_filter,
    plan_filter,
    stocktake_filter,
)
from api.key_paging import KeyPaging, begin_after, page_query
from api.paging import SortKey
from api.requests import ActorRequest
from api.resources.entries import UNCHANGED_SINCE_HELP, EntryOut
from api.resources.entry_list import (
    AS_OF_AFTER_HELP,
    AS_OF_BEFORE_HELP,
    PUBLISHED_SINCE_HELP,
)
from api.resources.entry_rows import entry_rows
from api.resources.evidence import READ_SCOPES
from api.resources.member_commitments import SHOWN_HELP, MemberCommitmentRef
from api.streams import PORTION, columns_of, in_portions
from commitments.models import MemberCommitment
from commitments.querysets import versions_of
from progress.models import Entry, Handling, Status
from progress.querysets.entries import EntryQuerySet
from progress.querysets.visibility import Rights, rights_of, visible_with


def positions_for(
    request: ActorRequest, of: QuerySet[MemberCommitment]
) -> EntryQuerySet:
    """Return the visible entries that are the position of these at these clocks."""
    clocks, reader = clocks_of(request), PositionReader.of(request)
    return reader.positions(of, at=clocks.at, known_at=clocks.known_at)


@dataclass(frozen=True)
class PositionReader:
    """Which entries count for a position. Equal readers share a compiled query."""

    rights: Rights
    audience: str | None

    @classmethod
    def of(cls, request: ActorRequest) -> "PositionReader":
        rights = rights_of(request.user, request.at)
        return cls(rights, request.query_params.get("audience"))

    def positions(
        self, of: QuerySet[MemberCommitment], *, at: Any, known_at: Any
    ) -> EntryQuerySet:
        visible = Entry.objects.filter(visible_with(self.rights))
        if self.audience:
            visible = visible.filter(handling__in=Handling.up_to(self.audience))
        return visible.annotated_positions(of, at=at, known_at=known_at)

    def reads_all_of(self, member: str) -> bool:
        """Return whether they read every published entry of this member."""
        is_own = self.rights.own_member == member
        is_limited = self.rights.instrument_owner is not None
        is_all = self.rights.is_presidency or (is_own and not is_limited)
        return is_all and self.audience in {None, "", Handling.AMBER}


# It describes the rows of `position_rows`; a test holds both equal.
class PositionOut(serializers.Serializer[Any]):
    member_commitment = MemberCommitmentRef()
    # These are null if there is no entry that this key may see, up to the last two.
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
        help_text=_(
            "Whether this is an earlier entry, reinstated because a later one was"
            " withdrawn."
        ),
    )
    unchanged_since = serializers.DateField(
        source="entry.visible_unchanged_since",
        allow_null=True,
        help_text=UNCHANGED_SINCE_HELP,
    )
    lead_authority = serializers.CharField(help_text=SHOWN_HELP)
    target_on = serializers.DateField(allow_null=True, help_text=SHOWN_HELP)
    expanded_entry = EntryOut(
        required=False,
        allow_null=True,
        help_text=_(
            "The whole entry, as `entries` shows it now. Only with `expand=entry`."
        ),
    )


# Where no lead authority and no target date are known, or none may be shown.
NOT_SET = {"lead_authority": "", "target_on": None}
# What a position shows of its entry, with the paths from the entry.
_SHOWN = {
    "entry": "pk",
    "stocktake": "stocktake__slug",
    "as_of": "as_of",
    "published_at": "published_at",
    "status": "status",
    "is_at_risk": "is_at_risk",
    "handling": "handling",
    "shows_again": "shows_again",
    "unchanged_since": "visible_unchanged_since",
}


def position_rows(request: ActorRequest, page: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the values of `PositionOut` for rows of `PositionPaging`."""
    clocks, reader = clocks_of(request), PositionReader.of(request)
    rows = _positions(reader).rows(
        ids=[row["pk"] for row in page], at=clocks.at, known_at=clocks.known_at
    )
    found = {row.pop("owed"): row for row in rows}
    nothing = dict.fromkeys(_SHOWN)
    shown = []
    for row in page:
        is_known = row["pk"] in found or reader.reads_all_of(row["member_id"])
        shown.append(
            {
                "member_commitment": {
                    "id": row["pk"],
                    "plan": row["commitment__plan__slug"],
                    "commitment": row["commitment__code"],
                    "member": row["member_id"],
                },
                **found.get(row["pk"], nothing),
                **((is_known and row["lead_and_target"]) or NOT_SET),
            }
        )
    if request.query_params.get("expand"):
        _expand_entries(request, shown)
    return shown


def _expand_entries(request: ActorRequest, shown: Sequence[dict[str, Any]]) -> None:
    keys = [row["entry"] for row in shown if row["entry"]]
    found = {row["id"]: row for row in entry_rows(request, keys)}
    for row in shown:
        row["expanded_entry"] = found.get(row["entry"])


@lru_cache(maxsize=256)
def _positions(reader: PositionReader) -> CompiledQuery:
    positions = reader.positions(
        MemberCommitment.objects.filter(OfIds("pk")),
        at=Parameter("at", DateField()),
        known_at=Parameter("known_at", DateTimeField()),
    )
    return CompiledQuery.of(positions, {"owed": "member_commitment", **_SHOWN})


class PositionPaging(KeyPaging):
    """Reads what identifies each member commitment of a page."""

    columns = (
        "commitment__plan__slug",
        "commitment__code",
        "member_id",
        "lead_and_target",
    )

    def read_page(
        self, queryset: QuerySet[Any], towards: Sequence[SortKey], view: Any
    ) -> list[Any]:
        """Return the rows of a page. The SQL of its common filters is kept."""
        known_at = clocks_of(view.request).known_at
        filtered = {
            name: value
            for name, value in view.given.items()
            if value and name not in UNFILTERED
        }
        if not filtered.keys() <= MemberCommitmentFilters.names():
            known = queryset.annotate(lead_and_target=_lead_and_target(known_at))
            return super().read_page(known, towards, view)
        query_of = partial(_page, tuple(sorted(filtered)))
        return self.run(query_of, towards, known_at=known_at, **filtered)


def _lead_and_target(known_at: Any) -> Subquery:
    """Return both values, as known by then, as an object: one search of an index."""
    known = versions_of(OuterRef("pk")).as_known_at(known_at)
    return Subquery(
        known.values(
            both=JSONObject(lead_authority="lead_authority", target_on="target_on")
        )[:1]
    )


@lru_cache(maxsize=256)
def _page(
    names: tuple[str, ...], terms: tuple[str, ...], are_set: tuple[bool, ...]
) -> CompiledQuery:
    """Return the query of a page with these filters: see `KeyPaging.run`."""
    known = _lead_and_target(Parameter("known_at", DateTimeField()))
    rows = MemberCommitment.objects.annotate(lead_and_target=known).order_by(*terms)
    for name in names:
        rows = MemberCommitmentFilters.base_filters[name].filter(rows, Parameter(name))
    return page_query(begin_after(rows, are_set), PositionPaging.columns)


class PositionFilters(MemberCommitmentFilters):
    plan = plan_filter("commitment__plan__slug", required=True)
    at = ClockDayFilter(
        help_text=_(
            "Return what was true on this day, in UTC. Without `known_at`, it also"
            " returns only what had been published by the end of this day. The default"
            " is the day of `known_at`, or today. A day in the future, or before the"
            " opening of `stocktake`, is refused."
        )
    )
    known_at = ClockInstantFilter(
        help_text=_(
            "Return what had been published by this instant, in whole seconds. The"
            " default is the end of the day `at`, or now. An instant in the future, or"
            " before the opening of `stocktake`, is refused."
        )
    )
    audience = choice_filter(
        "audience",
        Handling.choices,
        method="keep_all",
        help_text=_(
            "Return the positions that a report for this audience shows. Entries above"
            " this handling label are left out first, so an older one may show."
        ),
    )
    stocktake = stocktake_filter("stocktake__slug", method="of_entry")
    status = choice_filter("status", Status.choices, method="of_entry")
    handling = choice_filter("handling", Handling.choices, method="of_entry")
    as_of_after = DayFilter("as_of__gte", method="of_entry", help_text=AS_OF_AFTER_HELP)
    as_of_before = DayFilter(
        "as_of__lte", method="of_entry", help_text=AS_OF_BEFORE_HELP
    )
    published_since = InstantFilter(
        "published_at__gte", method="of_entry", help_text=PUBLISHED_SINCE_HELP
    )
    expand = choice_filter(
        "expand",
        [("entry", "entry")],
        method="keep_all",
        help_text=_("With `entry`, each row has its whole entry as `expanded_entry`."),
    )
    search = SearchFilter("commitment__code", "commitment__text")
    ordering = OrderFilter(commitment="commitment__position", member="member_id")

    def keep_all(
        self, rows: QuerySet[MemberCommitment], _path: str, _value: str
    ) -> QuerySet[MemberCommitment]:
        """Return every row: `position_rows` reads the value."""
        return rows

    def of_entry(
        self, rows: QuerySet[MemberCommitment], path: str, wanted: object
    ) -> QuerySet[MemberCommitment]:
        """Return the rows whose position has the wanted value.

        The positions are found first. A filter before that would let an older entry
        take the place of one that does not match.
        """
        plan = self.request.query_params["plan"]
        of_plan = MemberCommitment.objects.filter(commitment__plan__slug=plan)
        matching = positions_for(self.request, of_plan).filter(**{path: wanted})
        return rows.filter(pk__in=matching.values("member_commitment"))


# Parameters that remove no row, besides those of paging.
UNFILTERED = frozenset({"at", "known_at", "audience", "expand", "ordering"})


class PositionViewSet(mixins.ListModelMixin, ClockedResource[MemberCommitment]):
    """The position of each member on each commitment of a plan, at both clocks.

    A position is the latest entry that counts: `at` asks what was true on a day, and
    `known_at` what had been published by an instant. Every member commitment has a row.
    All other fields are null if there is no entry that this key may see.
    """

    queryset = MemberCommitment.objects.order_by(
        "commitment__position", "member_id", "pk"
    )
    scopes = READ_SCOPES
    serializer_class = PositionOut
    filterset_class = PositionFilters
    pagination_class = PositionPaging

    def columns(self) -> list[str]:
        is_expanded = "expand" in self.request.query_params
        without = () if is_expanded else ("expanded_entry",)
        return columns_of(self.get_serializer(), without=without)

    def read_whole(self, ordered: Any) -> Iterator[Sequence[Any]]:
        known_at = clocks_of(self.request).known_at
        known = ordered.annotate(lead_and_target=_lead_and_target(known_at))
        rows = known.values("pk", *PositionPaging.columns)
        for portion in in_portions(rows.iterator(chunk_size=PORTION)):
            yield position_rows(self.request, portion)

    def list(self, request: Request, *_args: Any, **_named: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(position_rows(self.request, page or ()))
