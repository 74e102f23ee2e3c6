"""The resource `instruments`: what commitments name."""

from rest_framework import mixins, serializers

from api.filters import (
    Filters,
    OrderFilter,
    SearchFilter,
    choice_filter,
)
from api.viewsets import Resource
from commitments.models import Instrument


class InstrumentOut(serializers.ModelSerializer[Instrument]):
    class Meta:
        model = Instrument
        fields = read_only_fields = ("slug", "name", "kind", "owner")


class InstrumentFilters(Filters):
    kind = choice_filter("kind", Instrument.Kind.choices)
    search = SearchFilter("slug", "name", "owner")
    ordering = OrderFilter(slug="slug", name="name", kind="kind")


class InstrumentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Instrument]
):
    """The resolutions, conventions, bodies, programmes and so on in commitments."""

    queryset = Instrument.objects.order_by("slug", "pk")
    serializer_class = InstrumentOut
    filterset_class = InstrumentFilters
    key = "<slug:slug>"
    lookups = {"slug": "slug"}
