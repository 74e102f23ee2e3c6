"""What an assessing body has to do: stocktakes, their tables, and guidelines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.compiled_queries import CompiledOnce
from accounts.models import User
from commitments.models import Commitment
from progress.assessments.arithmetic import percent_scored
from progress.models import (
    AssessmentComment,
    AssessmentTable,
    Guideline,
    Stocktake,
)

PLAN_TEXTS = ("plan__source_text", "plan__preamble")


class AssessingStep(StrEnum):
    """What a body does next about a stocktake."""

    PUBLISH_GUIDELINES = "publish_guidelines"
    BEGIN = "begin"
    SCORE = "score"
    RELEASE = "release"
    ANSWER = "answer"
    # Comments may still arrive.
    WAIT = "wait"
    GO_ON = "go_on"
    DONE = "done"


@dataclass(frozen=True)
class GuidelineCounts:
    """How many commitments of a plan have a published guideline of a body."""

    commitments: int = 0
    published: int = 0
    # Guidelines that are written and not published yet.
    drafts: int = 0

    @property
    def missing(self) -> int:
        return self.commitments - self.published


@dataclass(frozen=True)
class OwnTable:
    """A table of the reader's body, with what waits on it."""

    table: AssessmentTable
    # Comments of delegations without an answer.
    unanswered: int = 0

    @property
    def unscored(self) -> int:
        return self.table.cell_count - self.table.scored_count

    @property
    def percent(self) -> int:
        return percent_scored(self.table.scored_count, self.table.cell_count)


@dataclass(frozen=True)
class BodyStocktake:
    """A stocktake that a body can score: its tables, the newest first."""

    stocktake: Stocktake
    tables: Sequence[OwnTable]
    guidelines: GuidelineCounts
    at: datetime

    @property
    def newest(self) -> OwnTable | None:
        return next(iter(self.tables), None)

    @property
    def earlier(self) -> Sequence[OwnTable]:
        return self.tables[1:]

    @property
    def next_step(self) -> AssessingStep:
        if self.newest is None:
            has_none = self.guidelines.published == 0
            return AssessingStep.PUBLISH_GUIDELINES if has_none else AssessingStep.BEGIN
        return next_step_of(self.newest, self.at)


def next_step_of(own: OwnTable, at: datetime) -> AssessingStep:
    """Return what the body does next about a table."""
    table = own.table
    if table.is_draft:
        return AssessingStep.SCORE if own.unscored else AssessingStep.RELEASE
    if own.unanswered and not table.has_final_release:
        return AssessingStep.ANSWER
    if table.takes_comments(at):
        return AssessingStep.WAIT
    return AssessingStep.DONE if table.is_final else AssessingStep.GO_ON


@dataclass(frozen=True)
class BodyDesk:
    """What one assessor's body works on, read when it is asked for."""

    reader: User
    at: datetime

    @cached_property
    def stocktakes(self) -> QuerySet[Stocktake]:
        """Return the stocktakes that have opened: open ones first, then the newest."""
        opened = Stocktake.objects.visible_to(self.reader).filter(
            opened_at__isnull=False
        )
        return opened.in_list_order("state").select_related("plan").defer(*PLAN_TEXTS)

    def of_stocktakes(self, page: Iterable[Stocktake]) -> list[BodyStocktake]:
        """Return these stocktakes with tables and guidelines. Four queries."""
        stocktakes = list(page)
        tables = self._tables([one.pk for one in stocktakes])
        guidelines = self._guidelines({one.plan_id for one in stocktakes})
        return [
            BodyStocktake(
                stocktake,
                [own for own in tables if own.table.stocktake_id == stocktake.pk],
                guidelines.get(stocktake.plan_id, GuidelineCounts()),
                self.at,
            )
            for stocktake in stocktakes
        ]

    def _tables(self, stocktakes: Sequence[UUID]) -> list[OwnTable]:
        own = AssessmentTable.objects.visible_to(self.reader, self.at)
        own = own.own_of(self.reader).kept().filter(stocktake__in=stocktakes)
        return self._with_comments(
            own.with_counts().with_successors().order_by("-number", "pk")
        )

    def _guidelines(self, plans: Iterable[int]) -> Mapping[int, GuidelineCounts]:
        """Return how many guidelines these plans have. Two queries."""
        plans = list(plans)
        commitments = _by_plan(Commitment.objects.filter(plan__in=plans), "plan")
        own = Guideline.objects.visible_to(self.reader, self.at)
        own = own.filter(
            body=self.reader.assessing_body, commitment__plan__in=plans
        ).order_by()
        counts = own.values_list("commitment__plan").annotate(
            published=Count(
                "commitment", distinct=True, filter=Q(published_at__isnull=False)
            ),
            drafts=Count("pk", filter=Q(published_at__isnull=True)),
        )
        known = {plan: (published, drafts) for plan, published, drafts in counts}
        return {
            plan: GuidelineCounts(count, *known.get(plan, (0, 0)))
            for plan, count in commitments.items()
        }

    def open_tables(self, *, size: int) -> list[OwnTable]:
        """Return the body's drafts and tables in feedback, for a short list."""
        own = AssessmentTable.objects.visible_to(self.reader, self.at)
        at_work = Q(state="draft") | Q(state="in_feedback", has_live_successor=False)
        return self._with_comments(
            own.own_of(self.reader)
            .with_successors()
            .filter(at_work)
            .with_counts()
            .with_places()
            .order_by("-began_at", "pk")[:size]
        )

    def _with_comments(self, tables: Iterable[AssessmentTable]) -> list[OwnTable]:
        """Return the tables with the number of comments that wait on each."""
        found = list(tables)
        keys = [table.pk for table in found]
        unanswered = unanswered_on(keys, reader=self.reader, at=self.at)
        return [OwnTable(table, unanswered.get(table.pk, 0)) for table in found]


def unanswered_on(
    tables: Sequence[UUID], *, reader: User, at: datetime
) -> Mapping[UUID, int]:
    """Return how many comments on these tables have no answer. One query, or none."""
    if not tables:
        return {}
    visible = AssessmentComment.objects.visible_to(reader, at).comments()
    answers = AssessmentComment.objects.filter(answers=OuterRef("pk"))
    waiting = visible.filter(~Exists(answers), assessment__table__in=tables)
    return Counter(waiting.order_by().values_list("assessment__table", flat=True))


def _by_plan(rows: QuerySet[Commitment], plan: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(plan).annotate(count=Count("pk")))


# ---- Guidelines ----------------------------------------------------------------------


@dataclass(frozen=True)
class CommitmentGuidelines:
    """A commitment with the body's guideline in force, and the one at work."""

    commitment: Commitment
    published: Guideline | None
    draft: Guideline | None
    # Published ones that a later one took the place of, the newest first.
    earlier: Sequence[Guideline] = ()


def guidelines_at_work(
    plan: int, *, reader: User, at: datetime
) -> list[CommitmentGuidelines]:
    """Return each commitment of a plan with the body's guidelines. Two queries."""
    commitments = (
        Commitment.objects.filter(plan=plan)
        .select_related("action", "sub_area")
        .order_by("position")
    )
    own: dict[int, list[Guideline]] = {}
    for guideline in _own_guidelines(
        reader=reader, at=at, body=reader.assessing_body or "", plan=plan
    ):
        own.setdefault(guideline.commitment_id, []).append(guideline)
    return [_of_commitment(one, own.get(one.pk, [])) for one in commitments]


def _of_commitment(
    commitment: Commitment, own: Sequence[Guideline]
) -> CommitmentGuidelines:
    published = [one for one in own if one.is_published]
    draft = next((one for one in own if not one.is_published), None)
    return CommitmentGuidelines(
        commitment, next(iter(published), None), draft, published[1:]
    )


@CompiledOnce
def _own_guidelines(
    *, reader: User, at: datetime, body: str, plan: int
) -> QuerySet[Guideline]:
    visible = Guideline.objects.visible_to(reader, at)
    return visible.filter(body=body, commitment__plan=plan).order_by("-number", "pk")
