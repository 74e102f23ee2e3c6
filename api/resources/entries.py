"""The resource `entries`: what delegations report, as far as the reader may see it."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import ChoiceOrNull
from api.filters import StrictFilterBackend
from api.requests import ActorRequest
from api.resources.entry_list import Asked, EntryFilters, EntryPaging
from api.resources.entry_rows import entries_for, entry_row, entry_rows
from api.resources.evidence import READ_SCOPES, EvidenceOut
from api.resources.member_commitments import MemberCommitmentRef
from api.resources.writing.entries import WritableEntries
from api.streams import PORTION, in_portions
from api.viewsets import Resource
from progress.models import Entry, State, Status
from progress.permissions import allowed_verbs
from progress.querysets.search import all_matches
from progress.querysets.visibility import rights_of
from progress.transitions import Verb

ALLOWED_VERBS = serializers.ListField(
    child=serializers.ChoiceField([(verb.value, verb.name) for verb in Verb])
)

UNCHANGED_SINCE_HELP = _(
    "The as_of day of the earliest entry with this text that was released to this key."
    " In a published entry, the delegation has confirmed that the text still holds."
    " Null if the text is new."
)
EXTERNAL_REF_HELP = _(
    "What the system that sent the entry calls it. Null for readers of other members."
)
LANGUAGE_HELP = _(
    "The language of the three texts, as a BCP 47 tag. Empty for an entry published"
    " before languages were stored."
)


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
    superseded_by = serializers.UUIDField(allow_null=True, read_only=True)
    reason = serializers.SerializerMethodField()
    is_current = serializers.SerializerMethodField()
    external_ref = serializers.CharField(
        source="external_ref_text",
        allow_null=True,
        read_only=True,
        help_text=EXTERNAL_REF_HELP,
    )
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
            "superseded_by",
            "reason",
            "external_ref",
            "state",
            "is_current",
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

    def get_is_current(self, entry: Any) -> bool:
        """Whether it is published, not superseded, and no withdrawal. False before it
        is published. Also false if you may not see the entry that supersedes it.
        """
        is_published = entry.state == State.PUBLISHED
        return is_published and not (entry.is_withdrawal or entry.is_superseded)

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


class EntryViewSet(
    WritableEntries,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    Resource[Entry],
):
    """The entries that this key may read, the latest `as_of` first.

    A published entry never changes. A correction or a withdrawal is a new entry, and
    its `supersedes` is the id of the entry it replaces. `is_current` says whether an
    entry still counts. Use `positions` to read what holds.
    """

    queryset = Entry.objects.none()
    scopes = READ_SCOPES
    serializer_class = EntryOut
    filterset_class = EntryFilters
    pagination_class = EntryPaging
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Entry]:
        return entries_for(self.request).order_by("-as_of", "-pk")

    def filter_queryset(self, queryset: Any) -> Any:
        """Return the rows in the order asked for. `EntryPaging` filters them."""
        filters = StrictFilterBackend().valid_filters(self.request, queryset, self)
        rights = rights_of(self.request.user, self.request.at)
        self.asked = Asked.of(rights, filters.form.cleaned_data)
        self.search = self.request.query_params.get("search")
        return filters.qs

    def read_whole(self, ordered: Any) -> Iterator[Sequence[Any]]:
        rows = self.asked.narrow(ordered)
        if self.search:
            rows = all_matches(rows, self.search)
        keys = rows.values_list("pk", flat=True).iterator(chunk_size=PORTION)
        for portion in in_portions(keys):
            yield entry_rows(self.request, portion)

    def list(self, request: Request, *_args: Any, **_named: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        keys = [row["pk"] for row in page or ()]
        return self.get_paginated_response(entry_rows(self.request, keys))

    def retrieve(self, request: Request, *_args: Any, **named: Any) -> Response:
        return Response(entry_row(self.request, named["id"]))
