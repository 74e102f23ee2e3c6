"""The resource `assessments`: one score of a member commitment, and why."""

from datetime import datetime

import django_filters  # type: ignore[import-untyped]  # it ships no types
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers

from api.fields import ChoiceOrNull
from api.filters import (
    Filters,
    InstantFilter,
    OrderFilter,
    SearchFilter,
    action_filter,
    choice_filter,
    commitment_filter,
    instrument_owner_filter,
    member_filter,
    plan_filter,
    stocktake_filter,
    sub_area_filter,
)
from api.requests import ActorRequest
from api.resources.member_commitments import MemberCommitmentRef
from api.resources.scores.filters import (
    RELEASED_SINCE_HELP,
    SCORE_SCOPES,
    KnownAtFilter,
    body_filter,
)
from api.resources.scores.tables import (
    ALLOWED_TABLE_VERBS,
    is_in_force,
)
from api.resources.scores.writing import WritableAssessments
from api.viewsets import Resource
from progress.assessments.permissions import allowed_on_cell
from progress.assessments.transitions import TableVerb
from progress.models import Assessment, AssessmentTable, Handling, Score
from progress.querysets.assessments import AssessmentQuerySet

OWED = "member_commitment__commitment__"


def cells_for(request: ActorRequest) -> AssessmentQuerySet:
    """Return the cells that the sender may see, each with its table."""
    tables = AssessmentTable.objects.with_successors().with_superseding().with_places()
    visible = Assessment.objects.visible_to(request.user, request.at)
    return (
        visible.select_related("member_commitment__commitment__plan")
        .defer(f"{OWED}plan__source_text", f"{OWED}plan__preamble")
        .prefetch_related(Prefetch("table", tables))
    )


class AssessmentOut(serializers.ModelSerializer[Assessment]):
    table = serializers.UUIDField(
        source="table_id", read_only=True, help_text=_("Id of its score table.")
    )
    body = serializers.CharField(
        source="table.body_id",
        read_only=True,
        help_text=_("The assessing body, by its slug."),
    )
    stocktake = serializers.CharField(
        source="table.stocktake.slug",
        read_only=True,
        help_text=_(
            "The stocktake that the table scores, by its slug within its plan."
        ),
    )
    phase = serializers.ChoiceField(
        AssessmentTable.Phase.choices,
        source="table.phase",
        read_only=True,
        help_text=_("Whether the table is an interim or a final one."),
    )
    state = serializers.ChoiceField(
        AssessmentTable.State.choices,
        source="table.state",
        read_only=True,
        help_text=_("Where the table is in its workflow."),
    )
    handling = serializers.ChoiceField(
        Handling.choices,
        source="table.handling",
        read_only=True,
        help_text=_("Who may read the table once it is released: clear or green."),
    )
    released_at = serializers.DateTimeField(
        source="table.released_at",
        allow_null=True,
        read_only=True,
        help_text=_("When the table was released, in UTC. Null before that."),
    )
    is_current = serializers.SerializerMethodField(
        help_text=_(
            "Whether the table is released, and no later one has taken its place. Also"
            " false if you may not see the later one."
        )
    )
    member_commitment = MemberCommitmentRef(read_only=True)
    score = ChoiceOrNull(
        Score.choices,
        read_only=True,
        help_text=_("What the body gives the commitment. Null: not scored."),
    )
    guideline = serializers.UUIDField(
        source="guideline_id",
        allow_null=True,
        read_only=True,
        help_text=_("Id of the guideline that it was scored by. Null if not scored."),
    )
    allowed = serializers.SerializerMethodField(
        help_text=_("What you may do with it now. A key edits drafts, and no more.")
    )

    class Meta:
        model = Assessment
        fields = read_only_fields = (
            "id",
            "table",
            "body",
            "stocktake",
            "phase",
            "state",
            "handling",
            "released_at",
            "is_current",
            "member_commitment",
            "score",
            "rationale",
            "sources",
            "as_of",
            "guideline",
            "scored_at",
            "allowed",
        )
        extra_kwargs = {
            "rationale": {"help_text": _("Why it has this score, in our Markdown.")},
            "sources": {"help_text": _("What the score rests on, in our Markdown.")},
            "as_of": {
                "help_text": _(
                    "Facts until this day were considered. Null if not scored."
                )
            },
            "scored_at": {
                "help_text": _(
                    "When its score or text was last changed, in UTC. Null if never."
                )
            },
        }

    def get_is_current(self, cell: Assessment) -> bool:
        return is_in_force(cell.table)

    @extend_schema_field(ALLOWED_TABLE_VERBS)
    def get_allowed(self, cell: Assessment) -> list[TableVerb]:
        request: ActorRequest = self.context["request"]
        return allowed_on_cell(request.user, cell, at=request.at)


class AssessmentFilters(Filters):
    plan = plan_filter(f"{OWED}plan__slug")
    action = action_filter(f"{OWED}action__number")
    sub_area = sub_area_filter(f"{OWED}sub_area__code")
    commitment = commitment_filter(f"{OWED}code")
    instrument_owner = instrument_owner_filter("member_commitment__commitment")
    member = member_filter("member_commitment__member__code")
    body = body_filter("table__body")
    stocktake = stocktake_filter("table__stocktake__slug")
    # Whether there is such a table is not checked: that would reveal drafts.
    table = django_filters.UUIDFilter("table", help_text=_("Id of a score table."))
    phase = choice_filter("table__phase", AssessmentTable.Phase.choices)
    state = choice_filter("table__state", AssessmentTable.State.choices)
    handling = choice_filter("table__handling", Handling.choices)
    score = choice_filter("score", Score.choices)
    known_at = KnownAtFilter()
    released_since = InstantFilter(
        "table__released_at", "gte", help_text=RELEASED_SINCE_HELP
    )
    search = SearchFilter("rationale", "sources")
    ordering = OrderFilter(
        released_at="table__released_at",
        plan=f"{OWED}plan__slug",
        commitment=f"{OWED}position",
        member="member_commitment__member_id",
        body="table__body",
        score="score",
    )

    def in_force_at(
        self, rows: AssessmentQuerySet, known_at: datetime
    ) -> AssessmentQuerySet:
        tables = AssessmentTable.objects.as_known_at(known_at)
        return rows.filter(table__in=tables.values("pk"))


class AssessmentViewSet(
    WritableAssessments,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    Resource[Assessment],
):
    """The cells of the score tables that this key may see, blank ones too.

    Scores are never mixed with what members say of themselves. A released score never
    changes: a revision is a new table. `known_at` gives the scores that were in force
    at an instant.
    """

    queryset = Assessment.objects.none()
    scopes = SCORE_SCOPES
    serializer_class = AssessmentOut
    filterset_class = AssessmentFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Assessment]:
        rows = cells_for(self.request)
        return rows.order_by(f"{OWED}position", "member_commitment__member_id", "pk")
