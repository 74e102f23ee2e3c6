"""Guidelines, score tables and scores for tests, made by the acts of assessors.

table = released_table(make_body(), stocktake, {("1.1.1", "FR"): "1"})
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from accounts.models import AssessingBody, Role, User
from commitments.models import Plan
from progress.actions.assessments.cells import CellToSave, save_cells
from progress.actions.assessments.feedback import open_feedback
from progress.actions.assessments.guidelines import (
    publish_guidelines,
    save_guideline,
)
from progress.actions.assessments.release import release_table
from progress.actions.assessments.tables import begin_table, revise_table
from progress.assessments.cells import CellText
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Guideline,
    Stocktake,
)
from tests.factories import make_user

# The code of a commitment and that of a member, and their score: "1", "0", "-1" or
# "not_applicable".
Scores = Mapping[tuple[str, str], str]
SCORES: Scores = {("1.1.1", "FR"): "1", ("1.1.1", "JP"): "0", ("1.2.1", "FR"): "-1"}


def assessor_of(body: AssessingBody) -> User:
    """An assessor of the body: the first there is, or a new one."""
    people = User.objects.filter(body=body, is_active=True, is_service=False)
    known = people.order_by("created_at", "pk").first()
    name = f"Assessor of {body.name}"
    return known or make_user(Role.ASSESSOR, body=body, name=name)


def make_guidelines(
    body: AssessingBody,
    plan: Plan,
    *,
    is_published: bool = True,
    at: datetime | None = None,
) -> dict[str, Guideline]:
    """A guideline for every commitment of a plan, by its code: published or not."""
    by, at = assessor_of(body), at or datetime.now(UTC)
    for commitment in plan.commitments.order_by("position"):
        save_guideline(
            commitment=commitment,
            text=f"Full compliance with {commitment.code}: a law **and** a report.",
            version=0,
            by=by,
            at=at,
        )
    if is_published:
        publish_guidelines(body=body, plan=plan, by=by, at=at)
    made = Guideline.objects.filter(body=body, commitment__plan=plan)
    newest = made.select_related("commitment").order_by("number")
    return {guideline.commitment.code: guideline for guideline in newest}


def make_table(
    body: AssessingBody,
    stocktake: Stocktake,
    *,
    phase: str = "interim",
    at: datetime | None = None,
) -> AssessmentTable:
    """A draft table with blank cells, and published guidelines to score them by."""
    if not Guideline.objects.filter(body=body, commitment__plan=stocktake.plan):
        make_guidelines(body, stocktake.plan, at=at)
    return begin_table(
        body=body,
        stocktake=stocktake,
        phase=phase,
        by=assessor_of(body),
        at=at or datetime.now(UTC),
    )


def cell(table: AssessmentTable, code: str, member: str) -> Assessment:
    """The cell of a table, as it is now."""
    return Assessment.objects.select_related(
        "table__stocktake__plan", "member_commitment__commitment", "guideline"
    ).get(
        table=table,
        member_commitment__commitment__code=code,
        member_commitment__member=member,
    )


def score(
    table: AssessmentTable,
    scores: Scores,
    *,
    rationale: str = "",
    at: datetime | None = None,
) -> list[Assessment]:
    """Score cells of a draft table, each with a rationale and a source, or clear it."""
    rows = []
    for (code, member), value in scores.items():
        found = cell(table, code, member)
        why = rationale or f"{member} on {code}: it **reported** in spring."
        text = CellText(
            score=value,
            rationale=why if value else "",
            sources="https://example.org/report" if value else "",
        )
        rows.append(CellToSave(found.pk, found.version, text))
    by = assessor_of(table.body)
    return save_cells(table=table, rows=rows, by=by, at=at or datetime.now(UTC))


def release(
    table: AssessmentTable, *, handling: str = "green", at: datetime | None = None
) -> AssessmentTable:
    """Release a scored table, as its body does."""
    by, at = assessor_of(table.body), at or datetime.now(UTC)
    return release_table(table=table, handling=handling, by=by, at=at)


def released_table(
    body: AssessingBody,
    stocktake: Stocktake,
    scores: Scores = SCORES,
    *,
    phase: str = "interim",
    handling: str = "green",
    at: datetime | None = None,
) -> AssessmentTable:
    """The first table of a body for a stocktake, with these scores, released."""
    table = make_table(body, stocktake, phase=phase, at=at)
    score(table, scores, at=at)
    return release(table, handling=handling, at=at)


def table_in_feedback(
    body: AssessingBody,
    stocktake: Stocktake,
    scores: Scores = SCORES,
    *,
    audience: str = "body",
    at: datetime | None = None,
) -> AssessmentTable:
    """The first table of a body for a stocktake, open to delegations for a week."""
    table = make_table(body, stocktake, at=at)
    score(table, scores, at=at)
    at = at or datetime.now(UTC)
    return open_feedback(
        table=table,
        until=at + timedelta(days=7),
        comments_audience=audience,
        by=assessor_of(body),
        at=at,
    )


def released_at(table: AssessmentTable) -> datetime:
    """When a released table was released."""
    assert table.released_at is not None
    return table.released_at


def revision(
    table: AssessmentTable,
    scores: Scores | None = None,
    *,
    phase: str = "final",
    at: datetime | None = None,
) -> AssessmentTable:
    """A draft that revises a table, with these scores changed."""
    by, at = assessor_of(table.body), at or datetime.now(UTC)
    new = revise_table(table=table, phase=phase, by=by, at=at)
    score(new, scores or {}, at=at)
    return new


def comments_of(table: AssessmentTable) -> list[AssessmentComment]:
    """All comments and answers on a table, in their order."""
    every = AssessmentComment.objects.filter(assessment__table=table)
    return list(every.order_by("written_at", "pk"))
