"""A draft goes round the delegations, and two coordinators make it final."""

import uuid

from django.db import models
from django.db.models import Prefetch

from accounts.models import Member, User
from progress.models import Objection, SilenceProcedure
from reports.models.report import Report


class CirculationQuerySet(models.QuerySet["Circulation"]):
    def of_line(self, report: Report) -> "CirculationQuerySet":
        """Return those of all drafts in the report's line, the newest first."""
        drafts = Report.objects.of_line(report).values("pk")
        return self.filter(draft__in=drafts).order_by("-procedure__started_at", "pk")

    def with_record(self) -> "CirculationQuerySet":
        """Load each draft and its final, who was asked, objected, and approved."""
        loaded = self.select_related("procedure", "draft__final")
        without_snapshots = loaded.defer("draft__snapshot", "draft__final__snapshot")
        return without_snapshots.prefetch_related(
            "procedure__members",
            Prefetch(
                "procedure__objections",
                Objection.objects.select_related("member", "objected_by"),
            ),
            Prefetch(
                "approvals",
                FinalApproval.objects.select_related("approved_by").order_by(
                    "approved_at", "pk"
                ),
            ),
        )


class Circulation(models.Model):
    """A draft sent to all delegations, under a silence procedure.

    When and by whom it was sent, until when a head may object, who objected and who was
    silent: all that is in its procedure. A draft may go round again, in another one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="circulations"
    )
    procedure = models.OneToOneField(
        SilenceProcedure, on_delete=models.PROTECT, related_name="circulation"
    )

    objects = CirculationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.draft_id} {self.procedure_id}"


class FinalApproval(models.Model):
    """A coordinator of the Presidency wants a circulated draft to become final.

    Two persons who are coordinators of the present Presidency make it so. Approvals
    from before a handover count no more. Rows are only added.
    """

    circulation = models.ForeignKey(
        Circulation, on_delete=models.PROTECT, related_name="approvals"
    )
    # The member that the coordinator acted for: the chair at that instant.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="final_approvals"
    )
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="final_approvals"
    )
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circulation", "approved_by"],
                name="final_approval_is_one_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.circulation_id} {self.approved_by_id}"
