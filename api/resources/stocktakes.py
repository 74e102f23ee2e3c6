"""The resource `stocktakes`: when the entries of a plan are due."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from accounts.models import Scope
from api.filters import ChoiceFilter, Filters, OrderFilter, SearchFilter, plan_filter
from api.viewsets import Resource
from progress.models import Stocktake
from progress.querysets.stocktakes import StocktakeQuerySet

EXTENDED_HELP = _(
    "The end of the longest extension for your own member or for all members, as an"
    " instant in UTC. Null if there is none. What uses it is still late."
)


class StocktakeOut(serializers.ModelSerializer[Stocktake]):
    plan = serializers.CharField(
        source="plan.slug", read_only=True, help_text=_("Slug of its plan.")
    )
    state = serializers.ChoiceField(
        choices=Stocktake.State.choices,
        read_only=True,
        help_text=_("Entries are sent and published while it is open."),
    )
    extended_until = serializers.DateTimeField(
        allow_null=True, read_only=True, help_text=EXTENDED_HELP
    )

    class Meta:
        model = Stocktake
        fields = read_only_fields = (
            "plan",
            "slug",
            "title",
            "state",
            "opens_at",
            "due_at",
            "grace_ends_at",
            "extended_until",
            "opened_at",
            "closed_at",
        )
        extra_kwargs = {
            "slug": {"help_text": _("Its natural key within the plan.")},
            "title": {"help_text": _("Its title, as the Presidency wrote it.")},
            "opens_at": {"help_text": _("When it is planned to open, in UTC.")},
            "due_at": {
                "help_text": _(
                    "The deadline, in UTC. An entry that is sent by then is on time."
                )
            },
            "grace_ends_at": {
                "help_text": _(
                    "Until then an entry is accepted and marked late, in UTC. After"
                    " that only an extension allows one."
                )
            },
            "opened_at": {
                "help_text": _("When it was opened, in UTC. Null while it is planned.")
            },
            "closed_at": {
                "help_text": _("When it was closed, in UTC. Null until then.")
            },
        }


class StateFilter(ChoiceFilter):
    """Stocktakes in a state, which follows from two columns."""

    def filter(self, rows: StocktakeQuerySet, state: str) -> StocktakeQuerySet:
        return rows.in_state(state) if state else rows


class StocktakeFilters(Filters):
    plan = plan_filter("plan__slug")
    state = StateFilter(choices=Stocktake.State.choices, help_text=_("Its state."))
    search = SearchFilter("slug", "title")
    ordering = OrderFilter(
        opens_at="opens_at", due_at="due_at", plan="plan__slug", slug="slug"
    )


class StocktakeViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Stocktake]
):
    """The stocktakes of each plan with their deadlines, the newest first.

    Every deadline is one instant, in UTC.
    """

    queryset = Stocktake.objects.none()
    serializer_class = StocktakeOut
    filterset_class = StocktakeFilters
    key = "<slug:plan>/<slug:slug>"
    lookups = {"plan": "plan__slug", "slug": "slug"}

    def get_queryset(self) -> QuerySet[Stocktake]:
        reader = self.request.user
        visible = Stocktake.objects.visible_to(reader).select_related("plan")
        # An extension for one member shows that it still owes entries.
        own = reader.delegation if reader.may(Scope.READ_OWN) else None
        return visible.with_time_for(own).order_by("-opens_at", "-pk")
