"""What a delegation reads and writes while a body asks it about its scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from progress.models import Assessment, AssessmentComment, AssessmentTable
from progress.querysets.assessments import AssessmentTableQuerySet


@dataclass(frozen=True)
class FeedbackCells:
    """A table that a body opened to the delegations, with the reader's own cells."""

    table: AssessmentTable
    # In the order of the plan, without their texts.
    cells: Sequence[Assessment]
    # The one that is read in full, if there is any.
    chosen: Assessment | None

    @property
    def following(self) -> Assessment | None:
        """The cell after the one that is read; None at the end."""
        keys = [cell.pk for cell in self.cells]
        if self.chosen is None or self.chosen.pk == keys[-1]:
            return None
        return self.cells[keys.index(self.chosen.pk) + 1]


def tables_for_feedback(reader: User, at: datetime) -> AssessmentTableQuerySet:
    """Return the tables that were opened to the delegations, for one of their people.

    They are those in feedback, and later those that the reader may see as released.
    """
    if reader.delegation is None:
        return AssessmentTable.objects.none()
    visible = AssessmentTable.objects.visible_to(reader, at)
    return visible.filter(feedback_opened_at__isnull=False)


def read_feedback(
    pk: UUID, *, reader: User, at: datetime, code: str = ""
) -> FeedbackCells | None:
    """Return a table with the cells of the reader's own member. Three queries.

    `code` is the commitment to read in full; the first if it names none. None for a
    table that the reader may not know of.
    """
    tables = tables_for_feedback(reader, at).with_successors().with_places()
    table = tables.filter(pk=pk).first()
    if table is None:
        return None
    own = Assessment.objects.visible_to(reader, at).filter(
        table=table, member_commitment__member=reader.delegation
    )
    comments = AssessmentComment.objects.visible_to(reader, at)
    cells = list(
        own.with_comment_count(comments)
        .select_related("member_commitment__commitment")
        .defer("rationale", "sources")
        .in_plan_order()
    )
    named = [cell for cell in cells if _code_of(cell) == code] or cells[:1]
    chosen = _in_full(named[0].pk, table) if named else None
    return FeedbackCells(table, cells, chosen)


def _code_of(cell: Assessment) -> str:
    return cell.member_commitment.commitment.code


def _in_full(pk: UUID, table: AssessmentTable) -> Assessment:
    cell = Assessment.objects.select_related(
        "guideline",
        "member_commitment__member",
        "member_commitment__commitment__action",
        "member_commitment__commitment__sub_area",
    ).get(pk=pk)
    cell.table = table
    return cell
