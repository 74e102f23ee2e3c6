"""The resource `entries`: what delegations report, as far as the reader may see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.languages import language_choices
from api.compiled import OfIds
from api.fields import ChoiceOrNull
from api.filters import (
    ChoiceFilter,
    DayFilter,
    InstantFilter,
    MemberCommitmentFilters,
    NaturalKeyFilter,
    OrderFilter,
    WordFilter,
    choice_filter,
)
from api.paging import KeyPaging, SortKey
from api.requests import ActorRequest
from api.resources.entry_rows import entries_for, entry_rows
from api.resources.evidence import READ_SCOPES, EvidenceOut
from api.resources.member_commitments import MemberCommitmentRef
from api.viewsets import Resource
from commitments.models import MemberCommitment, Plan
from progress.models import Entry, Handling, State, Status, Stocktake
from progress.permissions import allowed_verbs
from progress.positions.position import with_evidence
from progress.querysets.entries import EntryQuerySet
from progress.querysets.search import first_matches
from progress.transitions import Verb

COMMITMENT_PATH = "member_commitment__commitment__"
PLAN_PATH = f"{COMMITMENT_PATH}plan__slug"
ALLOWED_VERBS = serializers.ListField(
    child=serializers.ChoiceField([(verb.value, verb.value) for verb in Verb])
)

UNCHANGED_SINCE_HELP = _(
    "The as_of day of the earliest entry with this text that was released to this key."
    " In a published entry, the delegation has confirmed that the text still holds."
    " Null if the text is new."
)
LANGUAGE_HELP = _(
    "The language of the three texts, as a BCP 47 tag. Empty for an entry published"
    " before languages were stored."
)
AS_OF_AFTER_HELP = _("Only entries with an as_of on or after this day.")
AS_OF_BEFORE_HELP = _("Only entries with an as_of on or before this day.")
STOCKTAKE_HELP = _("Slug of a stocktake.")
# Keys of member commitments that a query gets one by one.
MOST_KEYS = 500
PUBLISHED_SINCE_HELP = _("Only entries published at or after this instant.")


class RedactedEntry(Protocol):
    """An entry from `entries_for`: its columns, and what the query adds."""

    supersedes_id: UUID | None
    reason: str
    is_supersession_seen: bool


class EntryOut(serializers.ModelSerializer[Entry]):
    member_commitment = MemberCommitmentRef(read_only=True)
    stocktake = serializers.CharField(
        source="stocktake.slug", allow_null=True, read_only=True
    )
    kind = serializers.ChoiceField(
        source="redacted_kind", choices=Entry.Kind.choices, read_only=True
    )
    supersedes = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    status = ChoiceOrNull(Status.choices, read_only=True)
    language = serializers.CharField(read_only=True, help_text=LANGUAGE_HELP)
    evidence = serializers.SerializerMethodField()
    unchanged_since = serializers.DateField(
        source="visible_unchanged_since",
        allow_null=True,
        read_only=True,
        help_text=UNCHANGED_SINCE_HELP,
    )
    is_late = serializers.BooleanField(read_only=True)
    allowed = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = read_only_fields = (
            "id",
            "member_commitment",
            "stocktake",
            "kind",
            "supersedes",
            "reason",
            "state",
            "as_of",
            "status",
            "is_at_risk",
            "language",
            "narrative",
            "next_steps",
            "obstacles",
            "handling",
            "evidence",
            "unchanged_since",
            "written_at",
            "submitted_at",
            "published_at",
            "is_late",
            "allowed",
        )

    def get_supersedes(self, entry: RedactedEntry) -> UUID | None:
        return entry.supersedes_id if entry.is_supersession_seen else None

    def get_reason(self, entry: RedactedEntry) -> str:
        return entry.reason if entry.is_supersession_seen else ""

    @extend_schema_field(EvidenceOut(many=True))
    def get_evidence(self, entry: Entry) -> list[dict[str, Any]]:
        links = entry.evidence_links.all()
        return [EvidenceOut(link.evidence, context=self.context).data for link in links]

    @extend_schema_field(ALLOWED_VERBS)
    def get_allowed(self, entry: Entry) -> list[Verb]:
        """The verbs this key may use on the entry now. The API has no routes for them
        yet.
        """
        request: ActorRequest = self.context["request"]
        return allowed_verbs(request.user, entry, at=request.at)


# The reader may know of the entry that a correction or a withdrawal supersedes.
SEEN = Q(is_supersession_seen=True)


class KindFilter(ChoiceFilter):
    """Entries of a kind, as their reader may know it: see `redacted`."""

    def filter(self, rows: EntryQuerySet, kind: str) -> EntryQuerySet:
        if not kind:
            return rows
        if kind == Entry.Kind.UPDATE:
            return rows.filter(Q(kind=kind) | ~SEEN)
        return rows.filter(SEEN, kind=kind)


class StocktakeFilter(NaturalKeyFilter):
    """Entries of the stocktakes with a slug, which differ from plan to plan."""

    def filter(self, rows: EntryQuerySet, slug: str) -> EntryQuerySet:
        if not slug:
            return rows
        stocktakes = Stocktake.objects.filter(slug=slug).values_list("pk", flat=True)
        return rows.filter(stocktake__in=list(stocktakes))


class PublishedSinceFilter(InstantFilter):
    """Entries published at or after an instant, by the index of their order."""

    def filter(self, rows: EntryQuerySet, at: datetime | None) -> EntryQuerySet:
        if at is None:
            return rows
        return rows.filter(Q(publication__gte=at), published_at__isnull=False)


class EntryFilters(MemberCommitmentFilters):
    stocktake = StocktakeFilter(
        queryset=Stocktake.objects.all(), by="slug", help_text=STOCKTAKE_HELP
    )
    kind = KindFilter(choices=Entry.Kind.choices)
    state = choice_filter("state", State.choices)
    status = choice_filter("status", Status.choices)
    handling = choice_filter("handling", Handling.choices)
    language = choice_filter("language", language_choices())
    as_of_after = DayFilter("as_of", "gte", help_text=AS_OF_AFTER_HELP)
    as_of_before = DayFilter("as_of", "lte", help_text=AS_OF_BEFORE_HELP)
    published_since = PublishedSinceFilter(help_text=PUBLISHED_SINCE_HELP)
    search = WordFilter()
    ordering = OrderFilter(
        as_of="as_of",
        written_at="written_at",
        published_at="publication",
        plan=PLAN_PATH,
        commitment=f"{COMMITMENT_PATH}position",
        member="member_commitment__member_id",
        ties={
            PLAN_PATH: f"{COMMITMENT_PATH}position",
            f"{COMMITMENT_PATH}position": f"{COMMITMENT_PATH}plan_id",
            "member_commitment__member_id": "member_commitment__commitment_id",
        },
    )

    def filter_queryset(self, rows: EntryQuerySet) -> EntryQuerySet:
        """Find the member commitments first, if they are filtered: they are few."""
        owed, values = MemberCommitment.objects.all(), self.form.cleaned_data
        of_owed = MemberCommitmentFilters.base_filters.keys() & values.keys()
        for name in values.keys() - of_owed:
            rows = self.filters[name].filter(rows, values[name])
        for name in of_owed:
            owed = self.filters[name].filter(owed, values[name])
        return of_member_commitments(rows, owed) if of_owed else rows


def of_member_commitments(
    rows: EntryQuerySet, owed: QuerySet[MemberCommitment]
) -> EntryQuerySet:
    """Return the entries of these member commitments.

    PostgreSQL guesses the number of entries well, and needs no join, if it gets the
    keys themselves. A long list of them would cost more than the join.
    """
    keys = list(owed.values_list("pk", flat=True)[: MOST_KEYS + 1])
    if len(keys) > MOST_KEYS:
        return rows.filter(member_commitment__in=owed)
    return rows.filter(OfIds("member_commitment", keys))


class EntryPaging(KeyPaging):
    """Reads entries in the order of their plans from one plan after the other.

    PostgreSQL finds those of one plan in an index. It would sort those of all plans.
    """

    def fetch(self, ordered: QuerySet[Any], keys: Sequence[SortKey]) -> list[Any]:
        if keys[0].path != PLAN_PATH:
            return super().fetch(ordered, keys)
        is_descending, others = keys[0].is_descending, keys[1:]
        plans = Plan.objects.order_by("-slug" if is_descending else "slug")
        if self.cursor:
            bound = "slug__lte" if is_descending else "slug__gte"
            plans = plans.filter(**{bound: self.cursor.values[0]})
        within = ordered.order_by(*(key.term for key in others))
        within = within.values(*sorted({"pk", *(key.path for key in others)}))
        found: list[Any] = []
        for plan, slug in plans.values_list("pk", "slug"):
            rows = within.filter(**{f"{COMMITMENT_PATH}plan": plan})
            found += [
                {PLAN_PATH: slug, **row} for row in rows[: self.size + 1 - len(found)]
            ]
            if len(found) > self.size:
                break
        return found


class EntryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Entry]):
    """The entries that this key may read, the latest `as_of` first.

    A published entry never changes. A correction or a withdrawal is a new entry, and
    its `supersedes` is the id of the entry it replaces. Use `positions` to read what
    holds.
    """

    queryset = Entry.objects.none()
    scopes = READ_SCOPES
    serializer_class = EntryOut
    filterset_class = EntryFilters
    pagination_class = EntryPaging
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Entry]:
        entries = entries_for(self.request).order_by("-as_of", "-pk")
        if not self.detail:
            return entries
        entries = entries.select_related(f"{COMMITMENT_PATH}plan", "stocktake")
        return with_evidence(entries).prefetch_related(
            "member_commitment__assignments", "authors"
        )

    def narrowed_to_page(self, entries: EntryQuerySet, limit: int) -> EntryQuerySet:
        """Narrow an ordered list to its first entries that the search finds."""
        text = self.request.query_params.get("search")
        return first_matches(entries, text, limit) if text else entries

    def list(self, request: Request, *_args: Any, **_named: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        keys = [row["pk"] for row in page or ()]  # type: ignore[index]  # see KeyPaging
        return self.get_paginated_response(entry_rows(self.request, keys))
