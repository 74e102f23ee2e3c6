"""Entries: what delegations say, as far as the reader may know of it."""

from typing import Any, Protocol
from uuid import UUID

from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers

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
from api.resources.evidence import READ_SCOPES, EvidenceOut
from api.resources.member_commitments import MemberCommitmentRef
from api.viewsets import Resource
from progress.models import Entry, Handling, State, Status
from progress.permissions import allowed_verbs
from progress.positions.position import with_evidence
from progress.querysets.entries import EntryQuerySet
from progress.transitions import Verb

COMMITMENT = "member_commitment__commitment__"
VERBS = serializers.ListField(
    child=serializers.ChoiceField([(verb.value, verb.value) for verb in Verb])
)


UNCHANGED = _(
    "These words were published before, and confirmed: the day of which they were first"
    " released to this reader. Null where they are new."
)


class ToldEntry(Protocol):
    """What `entries_for` says of an entry beside its columns."""

    supersedes_id: UUID | None
    reason: str
    is_supersession_seen: bool


def entries_for(request: ActorRequest) -> EntryQuerySet:
    """The entries this reader may know of, told without a word of any other.

    An entry that supersedes one the reader may not see (amber, say) is to them an entry
    like any other: neither that one's id, nor the reason for the change, nor the fact
    that there was one. What withdraws such an entry is nothing to them at all.
    """
    visible = Entry.objects.visible_to(request.user, request.at)
    told_kind = Case(
        When(is_supersession_seen=True, then=F("kind")),
        default=Value(Entry.Kind.UPDATE.value),
    )
    return (
        visible.redacted_to(visible)
        .annotate(told_kind=told_kind)
        .with_successors()
        .select_related(f"{COMMITMENT}plan", "stocktake")
    )


class EntryOut(serializers.ModelSerializer[Entry]):
    member_commitment = MemberCommitmentRef(read_only=True)
    stocktake = serializers.CharField(
        source="stocktake.slug", allow_null=True, read_only=True
    )
    kind = serializers.ChoiceField(
        source="told_kind", choices=Entry.Kind.choices, read_only=True
    )
    supersedes = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    status = ChoiceOrNull(Status.choices, read_only=True)
    evidence = serializers.SerializerMethodField()
    unchanged_since = serializers.DateField(
        source="visible_unchanged_since",
        allow_null=True,
        read_only=True,
        help_text=UNCHANGED,
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

    def get_supersedes(self, entry: ToldEntry) -> UUID | None:
        return entry.supersedes_id if entry.is_supersession_seen else None

    def get_reason(self, entry: ToldEntry) -> str:
        return entry.reason if entry.is_supersession_seen else ""

    @extend_schema_field(EvidenceOut(many=True))
    def get_evidence(self, entry: Entry) -> list[dict[str, Any]]:
        links = entry.evidence_links.all()
        return [EvidenceOut(link.evidence, context=self.context).data for link in links]

    @extend_schema_field(VERBS)
    def get_allowed(self, entry: Entry) -> list[Verb]:
        """The verbs open to this key now: none yet is a route of the API."""
        request: ActorRequest = self.context["request"]
        return allowed_verbs(request.user, entry, at=request.at)


class EntryFilters(Filters):
    plan = plan_filter(f"{COMMITMENT}plan__slug")
    action = action_filter(f"{COMMITMENT}action__number")
    sub_area = sub_area_filter(f"{COMMITMENT}sub_area__code")
    commitment = commitment_filter(f"{COMMITMENT}code")
    instrument = instrument_filter(f"{COMMITMENT}instruments__slug")
    member = member_filter("member_commitment__member__code")
    member_kind = choice_filter("member_commitment__member__kind", Member.Kind.choices)
    stocktake = stocktake_filter("stocktake__slug")
    kind = choice_filter("told_kind", Entry.Kind.choices)
    state = choice_filter("state", State.choices)
    status = choice_filter("status", Status.choices)
    handling = choice_filter("handling", Handling.choices)
    as_of_after = DayFilter("as_of", "gte", help_text=_("On this day or later."))
    as_of_before = DayFilter("as_of", "lte", help_text=_("On this day or earlier."))
    published_since = InstantFilter(
        "published_at", "gte", help_text=_("At this instant or later.")
    )
    search = SearchFilter("narrative", "next_steps", "obstacles")
    ordering = OrderFilter(
        as_of="as_of",
        written_at="written_at",
        published_at="published_at",
        plan=f"{COMMITMENT}plan__slug",
        commitment=f"{COMMITMENT}position",
        member="member_commitment__member_id",
    )


class EntryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Entry]):
    """What delegations say, the newest facts first: as much as this key may read.

    Published entries stay as they are. A correction or a withdrawal is an entry of its
    own that names in `supersedes` what it takes the place of: ask `positions` for what
    holds.
    """

    queryset = Entry.objects.none()
    scopes = READ_SCOPES
    serializer_class = EntryOut
    filterset_class = EntryFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Entry]:
        entries = with_evidence(entries_for(self.request))
        return entries.prefetch_related("member_commitment__assignments").order_by(
            "-as_of", "-pk"
        )
