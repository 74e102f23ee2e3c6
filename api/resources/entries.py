"""The resource `entries`: what delegations report, as far as the reader may see it."""

from typing import Any, Protocol
from uuid import UUID

from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers

from accounts.languages import language_choices
from accounts.models import Member
from api.fields import ChoiceOrNull
from api.filters import (
    DayFilter,
    Filters,
    InstantFilter,
    OrderFilter,
    WordFilter,
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
from progress.querysets.search import first_matches
from progress.transitions import Verb

COMMITMENT_PATH = "member_commitment__commitment__"
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
PUBLISHED_SINCE_HELP = _("Only entries published at or after this instant.")


class RedactedEntry(Protocol):
    """An entry from `entries_for`: its columns, and what the query adds."""

    supersedes_id: UUID | None
    reason: str
    is_supersession_seen: bool


def entries_for(request: ActorRequest) -> EntryQuerySet:
    """Return the entries this reader may see, with no trace of any other entry.

    An entry may supersede one that the reader may not see, an amber one for example.
    The reader then gets it as an ordinary update: without the other entry's id, without
    the reason for the change, and without the fact that there was a change. A
    withdrawal of an entry that the reader may not see is left out.
    """
    visible = Entry.objects.visible_to(request.user, request.at)
    redacted_kind = Case(
        When(is_supersession_seen=True, then=F("kind")),
        default=Value(Entry.Kind.UPDATE.value),
    )
    return (
        visible.redacted_to(visible)
        .annotate(redacted_kind=redacted_kind)
        .with_successors()
        .select_related(f"{COMMITMENT_PATH}plan", "stocktake")
    )


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


class EntryFilters(Filters):
    plan = plan_filter(f"{COMMITMENT_PATH}plan__slug")
    action = action_filter(f"{COMMITMENT_PATH}action__number")
    sub_area = sub_area_filter(f"{COMMITMENT_PATH}sub_area__code")
    commitment = commitment_filter(f"{COMMITMENT_PATH}code")
    instrument = instrument_filter(f"{COMMITMENT_PATH}instruments__slug")
    member = member_filter("member_commitment__member__code")
    member_kind = choice_filter("member_commitment__member__kind", Member.Kind.choices)
    stocktake = stocktake_filter("stocktake__slug")
    kind = choice_filter("redacted_kind", Entry.Kind.choices)
    state = choice_filter("state", State.choices)
    status = choice_filter("status", Status.choices)
    handling = choice_filter("handling", Handling.choices)
    language = choice_filter("language", language_choices())
    as_of_after = DayFilter("as_of", "gte", help_text=AS_OF_AFTER_HELP)
    as_of_before = DayFilter("as_of", "lte", help_text=AS_OF_BEFORE_HELP)
    published_since = InstantFilter(
        "published_at", "gte", help_text=PUBLISHED_SINCE_HELP
    )
    search = WordFilter()
    ordering = OrderFilter(
        as_of="as_of",
        written_at="written_at",
        published_at="published_at",
        plan=f"{COMMITMENT_PATH}plan__slug",
        commitment=f"{COMMITMENT_PATH}position",
        member="member_commitment__member_id",
    )


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
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Entry]:
        entries = with_evidence(entries_for(self.request))
        return entries.prefetch_related(
            "member_commitment__assignments", "authors"
        ).order_by("-as_of", "-pk")

    def narrowed_to_page(self, entries: EntryQuerySet, limit: int) -> EntryQuerySet:
        """Narrow an ordered list to its first entries that the search finds."""
        text = self.request.query_params.get("search")
        return first_matches(entries, text, limit) if text else entries
