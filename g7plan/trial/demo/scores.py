"""How two invented bodies score the members: drafts, feedback, releases, a revision.

The University Observatory opens its interim table to the delegations, releases a final
one, and revises it. The Policy Institute scores fewer commitments, for anyone to read.
Both score the open stocktake too: one still drafts, the other asks for comments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.dates import utc_day
from accounts.models import AssessingBody, User
from g7plan.trial.demo.interleave import Story
from g7plan.trial.demo.samples import DemoComment
from g7plan.trial.demo.scene import DemoCell, Scene
from progress.actions.assessments.cells import CellToSave, save_cells
from progress.actions.assessments.feedback import (
    answer_comment,
    comment_on,
    open_feedback,
)
from progress.actions.assessments.guidelines import publish_guidelines, save_guideline
from progress.actions.assessments.release import release_table
from progress.actions.assessments.tables import begin_table, revise_table
from progress.assessments.cells import CellText
from progress.models import (
    AssessmentComment,
    AssessmentTable,
    Handling,
    Score,
    Status,
    Stocktake,
)

DAY = timedelta(days=1)
PHASE, COMMENTS = AssessmentTable.Phase, AssessmentTable.CommentsAudience
# What the European Union leaves to its member states.
NOT_OF_THE_UNION = {("1.4.4", "EU"), ("1.5.2", "EU")}
# The scores that a status of the same member commitment gets, in turn. Some of them
# contradict it.
SCORES = {
    Status.NOT_STARTED: (Score.NONE, Score.NONE, Score.PARTIAL),
    Status.LIMITED: (Score.PARTIAL, Score.NONE, Score.PARTIAL, Score.FULL),
    Status.SUBSTANTIAL: (Score.FULL, Score.PARTIAL, Score.FULL, Score.NONE),
    Status.IMPLEMENTED: (Score.FULL, Score.FULL, Score.PARTIAL, Score.NONE),
    Status.NOT_APPLICABLE: (Score.NOT_APPLICABLE,),
}
GUIDELINE = """We look for two acts. In the period of the stocktake the member

1. {first};
2. {second}.

- **+1**: public sources show both.
- **0**: public sources show one of them.
- **\N{MINUS SIGN}1**: public sources show neither.
- **n/a**: the member has no competence in the matter."""
RATIONALES = {
    Score.FULL: "{Country} {first}. It also {second}.",
    Score.PARTIAL: "{Country} {first}. No public source shows that it {second}.",
    Score.NONE: (
        "No public source shows that {country} {first}, and none that it {second}."
    ),
    Score.NOT_APPLICABLE: (
        "{Country} has no competence in the matter. Its member states have."
    ),
}


@dataclass(frozen=True)
class DemoBody:
    """An assessing body at work: who scores for it, what it scores, and how."""

    scene: Scene
    body: AssessingBody
    assessor: User
    # The cells that it scores.
    cells: list[DemoCell]
    criteria: dict[str, dict[str, str]]
    # How far its scores are from those of the other body.
    offset: int

    def publish_guidelines(self, at: datetime) -> None:
        commitments = {c.code: c.member_commitment.commitment for c in self.cells}
        for code, commitment in commitments.items():
            save_guideline(
                commitment=commitment,
                text=GUIDELINE.format(**self.criteria[code]),
                version=0,
                by=self.assessor,
                at=at,
            )
        publish_guidelines(
            body=self.body, plan=self.scene.plan, by=self.assessor, at=at
        )

    def begin(self, season: str, phase: str, at: datetime) -> AssessmentTable:
        """Begin a table for a stocktake of this season, with a score in each cell."""
        return begin_table(
            body=self.body,
            stocktake=Stocktake.objects.get(
                plan=self.scene.plan, slug__endswith=season
            ),
            phase=phase,
            by=self.assessor,
            at=at,
        )

    def score(
        self, table: AssessmentTable, cells: Iterable[DemoCell], at: datetime
    ) -> None:
        self._save(table, {cell: self._score_of(cell) for cell in cells}, at)

    def raise_scores(self, table: AssessmentTable, step: int, at: datetime) -> None:
        """Give every so many cells full compliance, where they can have a score."""
        cells = [cell for cell in self.cells[::step] if _is_applicable(cell)]
        self._save(table, dict.fromkeys(cells, Score.FULL), at)

    def release(
        self, table: AssessmentTable, handling: Handling, at: datetime
    ) -> AssessmentTable:
        return release_table(table=table, handling=handling, by=self.assessor, at=at)

    def _save(
        self, table: AssessmentTable, scores: dict[DemoCell, Score], at: datetime
    ) -> None:
        drafts = {one.member_commitment_id: one for one in table.assessments.all()}
        rows = []
        for cell, score in scores.items():
            draft = drafts[cell.member_commitment.pk]
            text = self._text(cell, score, at)
            rows.append(CellToSave(draft.pk, draft.version, text))
        save_cells(table=table, rows=rows, by=self.assessor, at=at)

    def _score_of(self, cell: DemoCell) -> Score:
        if not _is_applicable(cell):
            return Score.NOT_APPLICABLE
        choices = SCORES[cell.status]
        return choices[(cell.number * 5 // 8 + self.offset) % len(choices)]

    def _text(self, cell: DemoCell, score: Score, at: datetime) -> CellText:
        library = self.scene.library
        words = {**library.terms[cell.member], **self.criteria[cell.code]}
        sources = library.evidence(cell.code, cell.member)
        return CellText(
            score=score,
            rationale=RATIONALES[score].format_map(words),
            sources="\n".join(f"- [{title}]({url})" for title, url in sources),
            as_of=utc_day(at - 2 * DAY),
        )


def assess(
    scene: Scene,
    cells: list[DemoCell],
    *,
    spring_closed_at: datetime,
    autumn_opened_at: datetime,
) -> Iterator[Story[None]]:
    """Yield what both bodies do after the closed stocktake, and in the open one."""
    criteria = scene.scores.criteria
    *answered, waiting = scene.scores.comments
    first, second = scene.people["assessor"], scene.people["assessor.2"]
    observatory = DemoBody(scene, _body_of(first), first, cells, criteria, 0)
    fewer = [cell for cell in cells if not cell.code.startswith("3")]
    institute = DemoBody(scene, _body_of(second), second, fewer, criteria, 3)
    yield _guidelines(observatory, spring_closed_at + DAY)
    yield _interim_and_final(observatory, answered, spring_closed_at + 8 * DAY)
    yield _final_for_anyone(institute, spring_closed_at + 50 * DAY)
    yield _draft(observatory, autumn_opened_at + 6 * DAY)
    yield _open_for_comments(institute, waiting, scene.now - 4 * DAY)


def _guidelines(body: DemoBody, at: datetime) -> Story[None]:
    yield at
    body.publish_guidelines(at)


def _interim_and_final(
    body: DemoBody, comments: list[DemoComment], at: datetime
) -> Story[None]:
    """An interim table with comments, the final one, and a revision of few scores."""
    yield at
    interim = body.begin("spring", PHASE.INTERIM, at)
    body.score(interim, body.cells, at)
    interim = _open_feedback(body, interim, at, COMMENTS.DELEGATIONS)
    for days, comment in enumerate(comments, 2):
        yield at + days * DAY
        sent = _comment(body, interim, comment, at + days * DAY)
        yield at + (days + 6) * DAY
        answer_comment(
            comment=sent,
            text=comment.answer,
            by=body.assessor,
            at=at + (days + 6) * DAY,
        )
    at += 18 * DAY
    yield at
    interim = body.release(interim, Handling.GREEN, at)
    at += 12 * DAY
    yield at
    final = revise_table(table=interim, phase=PHASE.FINAL, by=body.assessor, at=at)
    body.raise_scores(final, 23, at)
    final = body.release(final, Handling.GREEN, at)
    at += 40 * DAY
    yield at
    revised = revise_table(table=final, phase=PHASE.FINAL, by=body.assessor, at=at)
    body.raise_scores(revised, 97, at)
    body.release(revised, Handling.GREEN, at)


def _final_for_anyone(body: DemoBody, at: datetime) -> Story[None]:
    """A final table that anyone may read. A part of its cells stays blank."""
    yield at
    body.publish_guidelines(at)
    table = body.begin("spring", PHASE.FINAL, at)
    body.score(table, body.cells, at)
    body.release(table, Handling.CLEAR, at)


def _draft(body: DemoBody, at: datetime) -> Story[None]:
    """A draft with a quarter of its scores."""
    yield at
    table = body.begin("autumn", PHASE.INTERIM, at)
    body.score(table, body.cells[: len(body.cells) // 4], at)


def _open_for_comments(
    body: DemoBody, comment: DemoComment, at: datetime
) -> Story[None]:
    """An interim table that is open for comments. One waits for an answer."""
    yield at
    table = body.begin("autumn", PHASE.INTERIM, at)
    body.score(table, body.cells, at)
    _open_feedback(body, table, at, COMMENTS.BODY)
    yield at + 2 * DAY
    _comment(body, table, comment, at + 2 * DAY)


def _open_feedback(
    body: DemoBody, table: AssessmentTable, at: datetime, audience: str
) -> AssessmentTable:
    return open_feedback(
        table=table,
        until=at + 14 * DAY,
        comments_audience=audience,
        by=body.assessor,
        at=at,
    )


def _comment(
    body: DemoBody, table: AssessmentTable, comment: DemoComment, at: datetime
) -> AssessmentComment:
    cell = table.assessments.get(
        member_commitment__member=comment.member,
        member_commitment__commitment__code=comment.code,
    )
    officer = body.scene.people[f"officer.{comment.member.lower()}"]
    return comment_on(assessment=cell, text=comment.text, by=officer, at=at)


def _is_applicable(cell: DemoCell) -> bool:
    return (cell.code, cell.member) not in NOT_OF_THE_UNION


def _body_of(assessor: User) -> AssessingBody:
    assert assessor.body is not None  # noqa: S101 - it was added with one
    return assessor.body
