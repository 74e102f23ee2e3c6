"""The resource `instruments`: what commitments name."""

from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from api.filters import (
    Filters,
    NaturalKeyFilter,
    OrderFilter,
    SearchFilter,
    choice_filter,
)
from api.viewsets import Resource
from commitments.models import Instrument


class InstrumentOut(serializers.ModelSerializer[Instrument]):
    owner = serializers.SerializerMethodField(
        help_text=_("Name of the instrument that owns it. Empty if there is none.")
    )
    owner_slug = serializers.CharField(
        source="owner.slug", allow_null=True, default=None, read_only=True
    )

    class Meta:
        model = Instrument
        fields = read_only_fields = ("slug", "name", "kind", "owner", "owner_slug")

    def get_owner(self, instrument: Instrument) -> str:
        return instrument.owner.name if instrument.owner else ""


class InstrumentFilters(Filters):
    kind = choice_filter("kind", Instrument.Kind.choices)
    instrument_owner = NaturalKeyFilter(
        "owner__slug",
        queryset=Instrument.objects.all(),
        by="slug",
        help_text=_("Slug of the instrument that owns it, for example interpol."),
    )
    search = SearchFilter("slug", "name", owner="owner__name")
    ordering = OrderFilter(slug="slug", name="name", kind="kind")


class InstrumentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Instrument]
):
    """The resolutions, conventions, bodies, programmes and so on in commitments."""

    queryset = Instrument.objects.select_related("owner").order_by("slug", "pk")
    serializer_class = InstrumentOut
    filterset_class = InstrumentFilters
    key = "<slug:slug>"
    lookups = {"slug": "slug"}
