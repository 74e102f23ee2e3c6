"""The resource `actions`: the numbered parts of a plan."""

from rest_framework import mixins, serializers

from api.filters import Filters, OrderFilter, SearchFilter, plan_filter
from api.viewsets import Resource
from commitments.models import Action


class ActionOut(serializers.ModelSerializer[Action]):
    plan = serializers.CharField(source="plan.slug", read_only=True)
    code = serializers.CharField(read_only=True)

    class Meta:
        model = Action
        fields = read_only_fields = ("plan", "code", "number", "title")


class ActionFilters(Filters):
    plan = plan_filter("plan__slug")
    search = SearchFilter("title")
    ordering = OrderFilter(plan="plan__slug", number="number", title="title")


class ActionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Action]):
    """The numbered actions of each plan, in the order of the plan."""

    queryset = Action.objects.select_related("plan").order_by(
        "plan__slug", "number", "pk"
    )
    serializer_class = ActionOut
    filterset_class = ActionFilters
    key = "<slug:plan>/<int:code>"
    lookups = {"plan": "plan__slug", "code": "number"}
