"""The resource `member-commitments`: one commitment of one member."""

from typing import Any

from django.db.models import Case, CharField, DateField, F, Value, When
from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from accounts.models import Member
from api.clocks import ClockDayFilter, ClockedResource, ClockInstantFilter
from api.filters import MemberCommitmentFilters, OrderFilter, SearchFilter
from commitments.models import MemberCommitment
from progress.querysets.visibility import shows_lead_and_target

SHOWN_HELP = _(
    "Empty or null also if no entry of this member that this key may see is published"
    " there."
)


class MemberCommitmentRef(serializers.ModelSerializer[MemberCommitment]):
    """Identifies the member commitment that an entry or a position belongs to."""

    plan = serializers.CharField(source="commitment.plan.slug", read_only=True)
    commitment = serializers.CharField(source="commitment.code", read_only=True)
    member = serializers.CharField(source="member_id", read_only=True)

    class Meta:
        model = MemberCommitment
        fields = read_only_fields = ("id", "plan", "commitment", "member")


class MemberCommitmentOut(MemberCommitmentRef):
    """One commitment of one member, with the lead authority and the target date."""

    action = serializers.CharField(source="commitment.action.code", read_only=True)
    sub_area = serializers.CharField(
        source="commitment.sub_area.code", allow_null=True, read_only=True
    )
    member_kind = serializers.ChoiceField(
        source="member.kind", choices=Member.Kind.choices, read_only=True
    )

    lead_authority = serializers.CharField(
        source="shown_lead_authority", read_only=True, help_text=SHOWN_HELP
    )
    target_on = serializers.DateField(
        source="shown_target_on", allow_null=True, read_only=True, help_text=SHOWN_HELP
    )

    class Meta:
        model = MemberCommitment
        fields = read_only_fields = (
            "id",
            "plan",
            "action",
            "sub_area",
            "commitment",
            "member",
            "member_kind",
            "lead_authority",
            "target_on",
        )


class MemberCommitmentListFilters(MemberCommitmentFilters):
    at = ClockDayFilter(
        help_text=_(
            "Decide by the entries of this day, in UTC, whether a lead authority and a"
            " target date are shown. Without `known_at`, both are those known by the"
            " end of this day. A day in the future is refused."
        )
    )
    known_at = ClockInstantFilter(
        help_text=_(
            "Return the lead authority and the target date as known at this instant,"
            " in whole seconds. The default is the end of the day `at`, or now. An"
            " instant in the future is refused."
        )
    )
    search = SearchFilter(
        "commitment__code", "commitment__text", lead_authority="shown_lead_authority"
    )
    ordering = OrderFilter(
        plan="commitment__plan__slug",
        commitment="commitment__position",
        member="member_id",
        target_on="shown_target_on",
    )


class MemberCommitmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, ClockedResource[MemberCommitment]
):
    """Every commitment once for each member: progress is tracked for each of these."""

    queryset = MemberCommitment.objects.select_related(
        "commitment__plan", "commitment__action", "commitment__sub_area", "member"
    ).order_by("commitment__plan__slug", "commitment__position", "member_id", "pk")
    serializer_class = MemberCommitmentOut
    filterset_class = MemberCommitmentListFilters
    key = "<uuid:id>"
    lookups = {"id": "pk"}

    def get_queryset(self) -> Any:
        """Return the rows with what this reader may see of lead and target date.

        Search, order and cursors use the same values, so that they reveal no other.
        """
        clocks = self.clocks
        rows: Any = super().get_queryset()
        is_shown = shows_lead_and_target(
            self.request.user, self.request.at, day=clocks.at, known_at=clocks.known_at
        )
        return rows.with_lead_and_target(clocks.known_at).annotate(
            shown_lead_authority=Case(
                When(is_shown, then=F("lead_authority")),
                default=Value(""),
                output_field=CharField(),
            ),
            shown_target_on=Case(
                When(is_shown, then=F("target_on")), output_field=DateField()
            ),
        )
