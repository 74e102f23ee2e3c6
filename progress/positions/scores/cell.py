"""One score as its page shows it: what was scored, why, and what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Member, User
from commitments.models import MemberCommitment
from progress.assessments.differences import NO_REPORT, Difference, difference_of
from progress.models import Assessment, AssessmentComment, AssessmentTable, Entry
from progress.positions.plan_table import PlanLine
from progress.positions.position import NO_POSITION, Position
from progress.positions.scores.self_reports import viewpoint_of
from progress.querysets.entries import EntryQuerySet


@dataclass(frozen=True)
class CommentExchange:
    """A delegation's comment on a score, and the body's answer, if there is one."""

    comment: AssessmentComment
    answer: AssessmentComment | None


@dataclass(frozen=True)
class SelfReport:
    """What a member says of itself, as the reader of a score sees it beside that."""

    score: str
    position: Position
    none_label: str

    @property
    def status(self) -> str:
        """The last known status, or "not_reported" where the reader sees none."""
        return self.position.status or NO_REPORT

    @property
    def difference(self) -> Difference | None:
        return difference_of(self.status, self.score)


@dataclass(frozen=True)
class ReadCell:
    """A score of a released table, with the same cell of the body's other tables."""

    line: PlanLine
    member: Member
    assessment: Assessment
    # Of all released tables of the body that the reader sees, the newest first.
    in_time: Sequence[Assessment]


def read_cell(
    table: AssessmentTable,
    line: PlanLine,
    member: Member,
    *,
    reader: User,
    at: datetime,
) -> ReadCell | None:
    """Return a score of a released table; None where there is none. One query.

    Tables that were released after it are not among those of the body.
    """
    cells = Assessment.objects.visible_to(reader, at).filter(
        member_commitment__commitment=line.commitment.pk,
        member_commitment__member=member.code,
        table__body=table.body_id,
        table__state=AssessmentTable.State.RELEASED,
        table__released_at__lte=table.released_at,
    )
    in_time = list(
        cells.select_related(
            "table__stocktake", "guideline", "ledger_record", "member_commitment"
        ).order_by("-table__stocktake__opens_at", "-table__number", "pk")
    )
    shown = next((cell for cell in in_time if cell.table_id == table.pk), None)
    return ReadCell(line, member, shown, in_time) if shown else None


def self_report_beside(
    assessment: Assessment,
    table: AssessmentTable,
    *,
    reader: User,
    at: datetime,
    known_at: datetime,
) -> SelfReport:
    """Return the self-report that the reader sees beside a score. One query.

    The score comes with its member commitment, and the table with its stocktake.
    """
    viewpoint = viewpoint_of(table.stocktake, reader=reader, at=at, known_at=known_at)
    owed: MemberCommitment = assessment.member_commitment
    visible = viewpoint.load(
        _with_stocktakes, commitment=owed.commitment_id, member=owed.member_id
    )
    key = owed.commitment_id, owed.member_id
    return SelfReport(
        assessment.score,
        visible.positions.get(key, NO_POSITION),
        viewpoint.none_label(owed.member_id),
    )


def _with_stocktakes() -> EntryQuerySet:
    return Entry.objects.select_related("stocktake")


def exchanges_on(
    assessment: Assessment, *, reader: User, at: datetime
) -> list[CommentExchange]:
    """Return the comments on a score that the reader may see, with answers. One query.

    They are shown in the name of a delegation or of the body, never of a person.
    """
    visible = AssessmentComment.objects.visible_to(reader, at)
    found = list(
        visible.filter(assessment=assessment).select_related("member").in_order()
    )
    answers = {one.answers_id: one for one in found if one.is_answer}
    return [
        CommentExchange(one, answers.get(one.pk)) for one in found if not one.is_answer
    ]
