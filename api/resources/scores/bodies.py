"""The resource `assessing-bodies`: who scores the commitments of members."""

from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from accounts.models import AssessingBody
from api.filters import Filters, OrderFilter, SearchFilter
from api.viewsets import Resource


class AssessingBodyOut(serializers.ModelSerializer[AssessingBody]):
    class Meta:
        model = AssessingBody
        fields = read_only_fields = ("slug", "name", "short_name", "website")
        extra_kwargs = {
            "slug": {"help_text": _("Its natural key.")},
            "name": {"help_text": _("Its whole name.")},
            "short_name": {"help_text": _("Its name where there is little room.")},
            "website": {"help_text": _("Address of its website. Empty if unknown.")},
        }


class AssessingBodyFilters(Filters):
    search = SearchFilter("slug", "name")
    ordering = OrderFilter(slug="slug", name="name")


class AssessingBodyViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[AssessingBody]
):
    """The independent bodies that score what members do. Every key may read them."""

    queryset = AssessingBody.objects.order_by("slug")
    serializer_class = AssessingBodyOut
    filterset_class = AssessingBodyFilters
    key = "<slug:slug>"
    lookups = {"slug": "slug"}
