"""The resource `plans`: adopted action plans, with their text."""

from rest_framework import mixins, serializers

from api.filters import Filters, OrderFilter, SearchFilter
from api.viewsets import Resource
from commitments.models import Plan


class PlanOut(serializers.ModelSerializer[Plan]):
    summit = serializers.CharField(source="summit.slug", read_only=True)

    class Meta:
        model = Plan
        fields = read_only_fields = (
            "slug",
            "title",
            "summit",
            "adopted_on",
            "preamble",
            "source_text",
            "source_sha256",
        )


class PlanFilters(Filters):
    search = SearchFilter("title", "preamble")
    ordering = OrderFilter(slug="slug", title="title", adopted_on="adopted_on")


class PlanViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Plan]):
    """The adopted action plans, newest first, each with its full source text."""

    queryset = Plan.objects.select_related("summit").order_by("-adopted_on", "-pk")
    serializer_class = PlanOut
    filterset_class = PlanFilters
    key = "<slug:slug>"
    lookups = {"slug": "slug"}
