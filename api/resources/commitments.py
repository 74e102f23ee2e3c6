"""The resource `commitments`: the bullets of a plan."""

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from api.filters import (
    Filters,
    OrderFilter,
    SearchFilter,
    action_filter,
    commitment_filter,
    instrument_filter,
    instrument_owner_filter,
    plan_filter,
    sub_area_filter,
)
from api.viewsets import Resource
from commitments.models import Clause, Commitment, Instrument


class ClauseOut(serializers.ModelSerializer[Clause]):
    class Meta:
        model = Clause
        fields = read_only_fields = ("letter", "text")


class CommitmentOut(serializers.ModelSerializer[Commitment]):
    plan = serializers.CharField(source="plan.slug", read_only=True)
    action = serializers.CharField(source="action.code", read_only=True)
    sub_area = serializers.CharField(
        source="sub_area.code", allow_null=True, read_only=True
    )
    short_title = serializers.CharField(
        read_only=True,
        help_text=_("A name for lists. It is not adopted, and it may change."),
    )
    instruments = serializers.SerializerMethodField()
    clauses = ClauseOut(many=True, read_only=True)

    class Meta:
        model = Commitment
        fields = read_only_fields = (
            "plan",
            "action",
            "sub_area",
            "code",
            "position",
            "text",
            "short_title",
            "is_joint",
            "instruments",
            "clauses",
        )

    def get_instruments(self, commitment: Commitment) -> list[str]:
        return [instrument.slug for instrument in commitment.instruments.all()]


class CommitmentFilters(Filters):
    plan = plan_filter("plan__slug")
    action = action_filter("action__number")
    sub_area = sub_area_filter("sub_area__code")
    commitment = commitment_filter("code")
    instrument = instrument_filter("instruments__slug")
    instrument_owner = instrument_owner_filter("pk")
    search = SearchFilter("code", "text", "short_title")
    ordering = OrderFilter(plan="plan__slug", position="position", code="code")


class CommitmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Commitment]
):
    """The commitments in their official wording, in the order of the plan."""

    queryset = (
        Commitment.objects.select_related("plan", "action", "sub_area")
        .prefetch_related(
            Prefetch("instruments", Instrument.objects.order_by("slug")),
            Prefetch("clauses", Clause.objects.order_by("letter")),
        )
        .order_by("plan__slug", "position", "pk")
    )
    serializer_class = CommitmentOut
    filterset_class = CommitmentFilters
    key = "<slug:plan>/<str:code>"
    lookups = {"plan": "plan__slug", "code": "code"}
