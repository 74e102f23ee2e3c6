"""The resource `assessment-tables`: one body's scores for a stocktake, with figures."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers

from api.fields import ChoiceOrNull
from api.filters import (
    Filters,
    InstantFilter,
    OrderFilter,
    choice_filter,
    plan_filter,
    stocktake_filter,
)
from api.requests import ActorRequest
from api.resources.scores.figures import TableFiguresOut, figures_for
from api.resources.scores.filters import (
    RELEASED_SINCE_HELP,
    SCORE_SCOPES,
    KnownAtFilter,
    body_filter,
)
from api.viewsets import Resource
from progress.assessments.permissions import allowed_on_table
from progress.assessments.transitions import TableVerb
from progress.models import AssessmentTable, Handling
from progress.querysets.assessments import (
    AssessmentTableQuerySet,
    reads_whole_tables,
)
from progress.querysets.lookups import is_among

ALLOWED_TABLE_VERBS = serializers.ListField(
    child=serializers.ChoiceField([(verb.value, verb.name) for verb in TableVerb])
)


def tables_for(request: ActorRequest) -> AssessmentTableQuerySet:
    """Return the tables that the sender may see, with all that an answer says."""
    reader, at = request.user, request.at
    visible = AssessmentTable.objects.visible_to(reader, at)
    seen = visible.released().filter(pk=OuterRef("replaced_id"))
    return (
        visible.with_successors()
        .with_superseding()
        .with_replaced()
        .with_counts()
        .annotate(is_replaced_seen=is_among(seen))
        .with_places()
    )


def is_in_force(table: AssessmentTable) -> bool:
    """Return whether a table is released, and no later one has taken its place."""
    return table.is_released and table.superseded_at is None


class AssessmentTableOut(serializers.ModelSerializer[AssessmentTable]):
    body = serializers.CharField(
        source="body_id",
        read_only=True,
        help_text=_("The assessing body, by its slug."),
    )
    plan = serializers.CharField(source="stocktake.plan.slug", read_only=True)
    stocktake = serializers.CharField(
        source="stocktake.slug",
        read_only=True,
        help_text=_("The stocktake that it scores, by its slug within its plan."),
    )
    handling = serializers.ChoiceField(
        Handling.choices,
        read_only=True,
        help_text=_("Who may read it once it is released: clear or green."),
    )
    supersedes = serializers.SerializerMethodField(
        help_text=_(
            "Id of the released table whose place it took when it was released. Null if"
            " there is none that you may see."
        )
    )
    is_current = serializers.SerializerMethodField(
        help_text=_(
            "Whether it is released, and no later table has taken its place. Also false"
            " if you may not see the later one."
        )
    )
    comments_audience = ChoiceOrNull(
        AssessmentTable.CommentsAudience.choices,
        read_only=True,
        help_text=_(
            "Who reads the comments, besides the body and the delegation that wrote."
            " Null if it was never open for feedback."
        ),
    )
    cell_count = serializers.SerializerMethodField(
        help_text=_(
            "How many cells it has. Null for a key that is limited to an instrument."
        )
    )
    scored_count = serializers.SerializerMethodField(
        help_text=_(
            "How many cells have a score, “not applicable” too. Null for a key that is"
            " limited to an instrument."
        )
    )
    allowed = serializers.SerializerMethodField(
        help_text=_(
            "What you may do with the table now. A key edits the cells of a draft, and"
            " nothing else: people of the body open feedback, release and revise."
        )
    )

    class Meta:
        model = AssessmentTable
        fields: tuple[str, ...] = (
            "id",
            "body",
            "plan",
            "stocktake",
            "phase",
            "state",
            "handling",
            "supersedes",
            "is_current",
            "feedback_opened_at",
            "feedback_until",
            "comments_audience",
            "released_at",
            "cell_count",
            "scored_count",
            "allowed",
        )
        read_only_fields = fields
        extra_kwargs = {
            "phase": {"help_text": _("Whether it is an interim or a final table.")},
            "state": {"help_text": _("Where the table is in its workflow.")},
            "feedback_opened_at": {
                "help_text": _(
                    "When it was opened to the delegations for comments, in UTC. Null"
                    " if it never was."
                )
            },
            "feedback_until": {
                "help_text": _(
                    "Until when delegations may comment, in UTC. Null if it was never"
                    " open."
                )
            },
            "released_at": {
                "help_text": _("When it was released, in UTC. Null before that.")
            },
        }

    def get_supersedes(self, table: Any) -> UUID | None:
        is_shown = table.is_released and table.is_replaced_seen
        return table.replaced_id if is_shown else None

    def get_is_current(self, table: AssessmentTable) -> bool:
        return is_in_force(table)

    def get_cell_count(self, table: AssessmentTable) -> int | None:
        return table.cell_count if self._is_whole else None

    def get_scored_count(self, table: AssessmentTable) -> int | None:
        return table.scored_count if self._is_whole else None

    @extend_schema_field(ALLOWED_TABLE_VERBS)
    def get_allowed(self, table: AssessmentTable) -> list[TableVerb]:
        request: ActorRequest = self.context["request"]
        return allowed_on_table(request.user, table, at=request.at)

    @property
    def _is_whole(self) -> bool:
        request: ActorRequest = self.context["request"]
        return reads_whole_tables(request.user)


class ScoreTableOut(AssessmentTableOut):
    """A table with its averages, percentages and ranks."""

    figures = serializers.SerializerMethodField(
        help_text=_(
            "Averages, percentages and ranks. Null before the table is released, and"
            " for a key that is limited to an instrument."
        )
    )

    class Meta(AssessmentTableOut.Meta):
        fields = (*AssessmentTableOut.Meta.fields, "figures")
        read_only_fields = fields

    @extend_schema_field(TableFiguresOut(allow_null=True))
    def get_figures(self, table: AssessmentTable) -> Mapping[str, Any] | None:
        return figures_for(self.context["request"], table)


class AssessmentTableFilters(Filters):
    body = body_filter("body")
    plan = plan_filter("stocktake__plan__slug")
    stocktake = stocktake_filter("stocktake__slug")
    phase = choice_filter("phase", AssessmentTable.Phase.choices)
    state = choice_filter("state", AssessmentTable.State.choices)
    handling = choice_filter("handling", Handling.choices)
    known_at = KnownAtFilter()
    released_since = InstantFilter("released_at", "gte", help_text=RELEASED_SINCE_HELP)
    ordering = OrderFilter(
        released_at="released_at",
        plan="stocktake__plan__slug",
        stocktake="stocktake__opens_at",
        body="body",
    )

    def in_force_at(
        self, rows: AssessmentTableQuerySet, known_at: datetime
    ) -> AssessmentTableQuerySet:
        return rows.as_known_at(known_at)


class AssessmentTableViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[AssessmentTable]
):
    """The score tables of assessing bodies that this key may see.

    A released table never changes. A revision is a new table that takes its place.
    `known_at` gives the tables that were in force at an instant. Every average and rank
    belongs to one body and one released table.
    """

    queryset = AssessmentTable.objects.none()
    scopes = SCORE_SCOPES
    serializer_class = AssessmentTableOut
    filterset_class = AssessmentTableFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_serializer_class(self) -> Any:
        return ScoreTableOut if self.detail else AssessmentTableOut

    def get_queryset(self) -> QuerySet[AssessmentTable]:
        return tables_for(self.request).order_by("-released_at", "-pk")
