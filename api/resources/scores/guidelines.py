"""The resource `guidelines`: what earns which score, for one commitment and body."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from api.filters import (
    Filters,
    OrderFilter,
    SearchFilter,
    commitment_filter,
    plan_filter,
)
from api.resources.scores.filters import SCORE_SCOPES, KnownAtFilter, body_filter
from api.viewsets import Resource
from progress.models import Guideline
from progress.querysets.assessments import GuidelineQuerySet


class GuidelineOut(serializers.ModelSerializer[Guideline]):
    body = serializers.CharField(
        source="body_id",
        read_only=True,
        help_text=_("The assessing body, by its slug."),
    )
    plan = serializers.CharField(source="commitment.plan.slug", read_only=True)
    commitment = serializers.CharField(source="commitment.code", read_only=True)

    class Meta:
        model = Guideline
        fields = read_only_fields = (
            "id",
            "body",
            "plan",
            "commitment",
            "number",
            "text",
            "published_at",
        )
        extra_kwargs = {
            "number": {
                "help_text": _("Its number for this body and commitment, from 1.")
            },
            "text": {"help_text": _("What earns which score, in our Markdown.")},
            "published_at": {
                "help_text": _(
                    "When the body published it, in UTC. Null before that: only the"
                    " body sees it."
                )
            },
        }


class GuidelineFilters(Filters):
    body = body_filter("body")
    plan = plan_filter("commitment__plan__slug")
    commitment = commitment_filter("commitment__code")
    known_at = KnownAtFilter(
        _(
            "Return the guidelines in force at this instant, in whole seconds: the"
            " newest that each body had published by then for each commitment. An"
            " instant in the future is refused."
        )
    )
    search = SearchFilter("text")
    ordering = OrderFilter(
        plan="commitment__plan__slug",
        commitment="commitment__position",
        body="body_id",
        number="number",
    )

    def in_force_at(
        self, rows: GuidelineQuerySet, known_at: datetime
    ) -> GuidelineQuerySet:
        return rows.current_at(known_at)


class GuidelineViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Guideline]
):
    """What earns which score, as each assessing body has published it.

    A published guideline never changes: a new text is a new number.
    """

    queryset = Guideline.objects.none()
    scopes = SCORE_SCOPES
    serializer_class = GuidelineOut
    filterset_class = GuidelineFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> QuerySet[Guideline]:
        visible = Guideline.objects.visible_to(self.request.user, self.request.at)
        rows: Any = visible.select_related("commitment__plan")
        rows = rows.defer("commitment__plan__source_text", "commitment__plan__preamble")
        ordered: QuerySet[Guideline] = rows.order_by(
            "commitment__position", "body_id", "number", "pk"
        )
        return ordered
