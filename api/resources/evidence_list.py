"""The resource `evidence`: what supports the entries that the reader may see."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers

from accounts.models import Member
from api.filters import (
    MemberCommitmentFilters,
    choice_filter,
    member_filter,
    stocktake_filter,
)
from api.resources.entry_rows import entries_for
from api.resources.evidence import READ_SCOPES, EvidenceOut
from api.resources.writing.evidence import WritableEvidence
from api.viewsets import Resource
from commitments.models import MemberCommitment
from progress.models import EntryEvidence, Evidence, LinkCheck

ENTRIES_HELP = _(
    "Ids of the entries that cite it, as far as you may read them. Empty for evidence"
    " of your own member that no entry cites."
)
DEAD_HELP = _(
    "Since when the link has not worked, in UTC. Null if it works, was not checked, or"
    " is no link."
)
# Filters of the evidence itself. All others are of the entries that cite it.
OF_EVIDENCE = frozenset({"kind", "member", "member_kind"})


class CitedEvidenceOut(EvidenceOut):
    """A link, a citation or a file, with the entries that cite it."""

    member = serializers.CharField(
        source="member_id",
        read_only=True,
        help_text=_("Code of the member whose delegation added it, for example JP."),
    )
    dead_since = serializers.SerializerMethodField(help_text=DEAD_HELP)
    entries = serializers.SerializerMethodField(help_text=ENTRIES_HELP)

    class Meta:
        model = Evidence
        fields = read_only_fields = (
            *EvidenceOut.Meta.fields,
            "member",
            "dead_since",
            "entries",
        )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_dead_since(self, evidence: Evidence) -> datetime | None:
        check: LinkCheck | None = getattr(evidence, "link_check", None)
        return check.dead_since if check else None

    def get_entries(self, evidence: Any) -> list[UUID]:
        return [link.entry_id for link in evidence.seen_links]


class EvidenceFilters(MemberCommitmentFilters):
    kind = choice_filter("kind", Evidence.Kind.choices)
    member = member_filter("member_id")
    member_kind = choice_filter("member__kind", Member.Kind.choices)
    stocktake = stocktake_filter("stocktake__slug")

    def filter_queryset(self, rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
        """Return the evidence that one visible entry with all of these values cites."""
        given = {name: value for name, value in self.form.cleaned_data.items() if value}
        entries, owed = entries_for(self.request), MemberCommitment.objects.all()
        for name, value in given.items():
            one = self.filters[name]
            if name in OF_EVIDENCE:
                rows = one.filter(rows, value)
            elif name == "stocktake":
                entries = one.filter(entries, value)
            else:
                owed = one.filter(owed, value)
        if given.keys() <= OF_EVIDENCE:
            return rows
        cited = entries.filter(member_commitment__in=owed).values("pk")
        links = EntryEvidence.objects.filter(evidence=OuterRef("pk"), entry__in=cited)
        return rows.filter(Exists(links))


class EvidenceViewSet(
    WritableEvidence,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    Resource[Evidence],
):
    """The links, citations and files of the entries that you may read.

    A key with `read:own` also finds what its own member added and no entry cites yet.
    """

    queryset = Evidence.objects.none()
    scopes = READ_SCOPES
    serializer_class = CitedEvidenceOut
    filterset_class = EvidenceFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Evidence]:
        request = self.request
        seen = entries_for(request).values("pk")
        links = EntryEvidence.objects.filter(entry__in=seen).order_by("entry_id")
        visible = Evidence.objects.visible_to(request.user, request.at)
        return (
            visible.select_related("link_check", "scan")
            .prefetch_related(Prefetch("entry_links", links, to_attr="seen_links"))
            .order_by("pk")
        )
