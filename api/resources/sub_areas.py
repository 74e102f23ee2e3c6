"""The resource `sub-areas`: the parts of an action that have a heading."""

from rest_framework import mixins, serializers

from api.filters import (
    Filters,
    OrderFilter,
    SearchFilter,
    action_filter,
    plan_filter,
)
from api.viewsets import Resource
from commitments.models import SubArea


class SubAreaOut(serializers.ModelSerializer[SubArea]):
    plan = serializers.CharField(source="action.plan.slug", read_only=True)
    action = serializers.CharField(source="action.code", read_only=True)

    class Meta:
        model = SubArea
        fields = read_only_fields = ("plan", "action", "code", "number", "title")


class SubAreaFilters(Filters):
    plan = plan_filter("action__plan__slug")
    action = action_filter("action__number")
    search = SearchFilter("title")
    ordering = OrderFilter(
        plan="action__plan__slug",
        action="action__number",
        number="number",
        title="title",
    )


class SubAreaViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[SubArea]
):
    """The parts of an action that have a heading. Some actions have none."""

    queryset = SubArea.objects.select_related("action__plan").order_by(
        "action__plan__slug", "action__number", "number", "pk"
    )
    serializer_class = SubAreaOut
    filterset_class = SubAreaFilters
    key = "<slug:plan>/<str:code>"
    lookups = {"plan": "action__plan__slug", "code": "code"}
