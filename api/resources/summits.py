"""The resource `summits`: the meetings before which plans are adopted and reviewed."""

from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from accounts.models import Member
from api.filters import Filters, NaturalKeyFilter, OrderFilter, SearchFilter
from api.viewsets import Resource
from commitments.models import Summit


class SummitOut(serializers.ModelSerializer[Summit]):
    host = serializers.CharField(
        source="host_id",
        read_only=True,
        help_text=_("Code of the member that hosts it, for example JP."),
    )

    class Meta:
        model = Summit
        fields = read_only_fields = (
            "slug",
            "name",
            "year",
            "host",
            "place",
            "starts_on",
            "ends_on",
        )
        extra_kwargs = {
            "slug": {"help_text": _("Its natural key, for example ise-shima-2016.")},
            "name": {"help_text": _("Its name without the year, as it is printed.")},
            "year": {"help_text": _("The calendar year of the summit.")},
            "place": {"help_text": _("Where it meets. Empty until it is known.")},
            "starts_on": {
                "help_text": _("The first day. Null until the dates are known.")
            },
            "ends_on": {
                "help_text": _("The last day. Null until the dates are known.")
            },
        }


class SummitFilters(Filters):
    host = NaturalKeyFilter(
        "host_id",
        queryset=Member.objects.all(),
        by="code",
        help_text=_("Code of the member that hosts the summit, for example JP."),
    )
    search = SearchFilter("slug", "name", "place")
    ordering = OrderFilter(year="year", slug="slug", starts_on="starts_on")


class SummitViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Summit]):
    """The summits, the newest first. The dates of an announced one may be unknown."""

    queryset = Summit.objects.order_by("-year", "-pk")
    serializer_class = SummitOut
    filterset_class = SummitFilters
    key = "<slug:slug>"
    lookups = {"slug": "slug"}
