"""The scores of assessing bodies on public pages: clear tables in force, no others.

`visible_to` decides, as for everyone: the public reads a clear table that was released
since public reading started, while no other has taken its place.
"""

from collections.abc import Sequence

from commitments.models import MemberCommitment
from progress.ledger.erasure import ERASED
from progress.models import Assessment, AssessmentTable, Tombstone
from progress.positions.plan_table import PlanLine, PlanTable
from progress.positions.scores.beside import (
    CommitmentScores,
    MemberAverage,
    OutsideScores,
    ReadingMoment,
    averages_of_member,
    outside_scores_of,
    scores_of_commitment,
    with_outside_scores,
)
from progress.positions.scores.tables import released_tables
from progress.positions.viewpoint import Viewpoint


def public_tables(viewpoint: Viewpoint) -> list[AssessmentTable]:
    """Return the tables of a plan that anyone may read, the newest first. One query."""
    at = viewpoint.reading_at
    return released_tables(viewpoint.reader, at, known_at=at, plan=viewpoint.plan)


def public_scores_of_line(
    table: PlanTable, line: PlanLine, viewpoint: Viewpoint
) -> Sequence[CommitmentScores]:
    """Return each body's scores of one commitment. One query."""
    scores = _scores(viewpoint, commitment=line.commitment.pk)
    return scores_of_commitment(line.commitment, table.members, scores)


def public_averages_of(
    table: PlanTable, code: str, viewpoint: Viewpoint
) -> Sequence[MemberAverage]:
    """Return each body's average of one member over the plan. One query."""
    member = next(one for one in table.members if one.code == code)
    return averages_of_member(table.lines, member, _scores(viewpoint, member=code))


def hide_reasons_of_erasure(cell: Assessment) -> None:
    """Leave of erased words only that they were erased, and not why. One query.

    The score stays: the averages of its table rest on it.
    """
    texts = [pk for pk in (cell.pk, cell.guideline_id) if pk]
    erased = set(Tombstone.objects.filter(pk__in=texts).values_list("pk", flat=True))
    if cell.pk in erased:
        cell.rationale, cell.sources = ERASED, ""
    if cell.guideline is not None and cell.guideline.pk in erased:
        cell.guideline.text = ERASED


def _scores(viewpoint: Viewpoint, **part: object) -> OutsideScores:
    """Return the newest score of each body in a part of the plan."""
    at = viewpoint.reading_at
    moment = ReadingMoment(viewpoint.reader, at, at)
    of = MemberCommitment.objects.filter(commitment__plan=viewpoint.plan.pk, **part)
    rows = with_outside_scores(of.only("commitment", "member"), moment)
    return {
        (row.commitment_id, row.member_id): outside_scores_of(row)
        for row in rows
        if row.outside_scores
    }
