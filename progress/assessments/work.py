"""The work on one assessment table: its cells, in the order in which they are scored.

What is not scored comes first. Inside both parts the order is that of the plan, and for
one commitment that of the members. A list can be narrowed by member, commitment, state.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.compiled_queries import CompiledOnce
from accounts.models import Member, User
from accounts.wording.names import name_order
from progress.assessments.arithmetic import percent_scored
from progress.assessments.text import score_text, score_with_label
from progress.models import Assessment, Score


class CellState(StrEnum):
    """How far the work on a cell is."""

    UNSCORED = "unscored"
    # Scored, and without the rationale that a release needs.
    INCOMPLETE = "incomplete"
    SCORED = "scored"


# What an address says of the list. It is kept from one cell to the next.
LIST_PARAMETERS = ("member", "commitment", "state")


class WorkCell(NamedTuple):
    """A cell of a table, as the list shows it."""

    pk: UUID
    score: str
    has_rationale: bool
    has_sources: bool
    position: int
    code: str
    short_title: str
    member: str
    member_name: str
    member_kind: str

    @property
    def state(self) -> CellState:
        if not self.score:
            return CellState.UNSCORED
        return CellState.SCORED if self.has_rationale else CellState.INCOMPLETE

    @property
    def is_noted(self) -> bool:
        """Whether it has words and no score."""
        return not self.score and (self.has_rationale or self.has_sources)

    @property
    def score_text(self) -> str:
        return score_text(self.score)

    @property
    def place(self) -> tuple[object, ...]:
        is_last = self.member_kind != Member.Kind.STATE
        return (self.position, is_last, name_order(self.member_name))


class CommitmentCells(NamedTuple):
    """The cells of one commitment that are beside each other in the list."""

    code: str
    short_title: str
    cells: Sequence[WorkCell]


class ScoreCount(NamedTuple):
    """How many cells of a table have a score."""

    label: str
    number: int


@dataclass(frozen=True)
class TableWork:
    """All cells of a table, in plan order, and what the reader wants to see of them."""

    cells: Sequence[WorkCell]
    member: str = ""
    commitment: str = ""
    state: str = ""

    # ---- Progress --------------------------------------------------------------------

    @property
    def count(self) -> int:
        return len(self.cells)

    @cached_property
    def scored_count(self) -> int:
        return sum(1 for cell in self.cells if cell.score)

    @property
    def unscored_count(self) -> int:
        return self.count - self.scored_count

    @property
    def percent(self) -> int:
        return percent_scored(self.scored_count, self.count)

    @cached_property
    def incomplete(self) -> list[WorkCell]:
        return [cell for cell in self.cells if cell.state is CellState.INCOMPLETE]

    @cached_property
    def noted(self) -> list[WorkCell]:
        """The cells that have words and no score. No one else may see them so."""
        return [cell for cell in self.cells if cell.is_noted]

    @property
    def is_ready(self) -> bool:
        """Whether others can see the table: see `require_complete`."""
        return bool(self.scored_count) and not self.incomplete and not self.noted

    @property
    def blank(self) -> list[CommitmentCells]:
        return _by_commitment([cell for cell in self.cells if not cell.score])

    @property
    def counts(self) -> list[ScoreCount]:
        """Return how many cells have each score, and how many have none."""
        numbers = Counter(cell.score for cell in self.cells)
        return [
            ScoreCount(score_with_label(score), numbers[score])
            for score in (*Score, "")
        ]

    # ---- The list --------------------------------------------------------------------

    @property
    def is_narrowed(self) -> bool:
        return bool(self.member or self.commitment or self.state)

    @cached_property
    def listed(self) -> list[WorkCell]:
        """Return the cells that the filters leave, in plan order."""
        return [cell for cell in self.cells if self._is_listed(cell)]

    def _is_listed(self, cell: WorkCell) -> bool:
        is_scored = self.state == CellState.SCORED and bool(cell.score)
        return (
            self.member in {"", cell.member}
            and self.commitment in {"", cell.code}
            and (self.state in {"", cell.state} or is_scored)
        )

    @property
    def to_score(self) -> list[CommitmentCells]:
        return _by_commitment([cell for cell in self.listed if not cell.score])

    @property
    def scored(self) -> list[CommitmentCells]:
        return _by_commitment([cell for cell in self.listed if cell.score])

    @property
    def query(self) -> str:
        """Return the query that keeps this list, without its "?", or nothing."""
        values = {name: getattr(self, name) for name in LIST_PARAMETERS}
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def states(self) -> list[tuple[str, str]]:
        return [
            (CellState.UNSCORED, _("Not scored")),
            (CellState.SCORED, _("Scored")),
            (CellState.INCOMPLETE, _("Scored without a rationale")),
        ]

    @property
    def chosen(self) -> list[str]:
        """Return the filters in use, as people read them."""
        member = next(
            (cell.member_name for cell in self.cells if cell.member == self.member), ""
        )
        state = dict(self.states).get(self.state, "")
        return [label for label in (member, self.commitment, state) if label]

    def options(self) -> dict[str, list[tuple[str, str, int]]]:
        """Return what the list can be narrowed to: value, label, unscored cells."""
        return {
            "members": self._options(lambda cell: (cell.member, cell.member_name)),
            "commitments": self._options(
                lambda cell: (cell.code, f"{cell.code} {cell.short_title}")
            ),
        }

    def _options(
        self, key: Callable[[WorkCell], tuple[str, str]]
    ) -> list[tuple[str, str, int]]:
        counts: dict[tuple[str, str], int] = {}
        for cell in self.cells:
            counts[key(cell)] = counts.get(key(cell), 0) + (not cell.score)
        return [(value, label, number) for (value, label), number in counts.items()]

    # ---- Going through it ------------------------------------------------------------

    def find(self, pk: UUID | None) -> WorkCell | None:
        return next((cell for cell in self.cells if cell.pk == pk), None)

    def first(self) -> WorkCell | None:
        """Return the cell to begin with: the first that is not scored."""
        unscored = (cell for cell in self.listed if not cell.score)
        return next(unscored, next(iter(self.listed), None))

    def around(self, pk: UUID) -> tuple[WorkCell | None, WorkCell | None, int]:
        """Return the listed cells before and after one, and its place from 1, or 0."""
        places = [cell.pk for cell in self.listed]
        if pk not in places:
            return None, self.first(), 0
        here = places.index(pk)
        before = self.listed[here - 1] if here else None
        after = self.listed[here + 1] if here + 1 < len(places) else None
        return before, after, here + 1

    def next_unscored(self, pk: UUID) -> WorkCell | None:
        """Return the listed cell to score next: behind this one, or from the start."""
        left = [cell for cell in self.listed if not cell.score and cell.pk != pk]
        here = self.find(pk)
        if here is None:
            return next(iter(left), None)
        behind = (cell for cell in left if cell.place > here.place)
        return next(behind, next(iter(left), None))


def table_work(
    table: UUID, asked: Mapping[str, str], *, reader: User, at: datetime
) -> TableWork:
    """Return the cells of a table. Unknown filters are ignored. One query."""
    rows = [WorkCell(*row) for row in _cells(reader=reader, at=at, table=table)]
    cells = sorted(rows, key=lambda cell: cell.place)
    return TableWork(
        cells,
        member=_known(asked.get("member", ""), (cell.member for cell in cells)),
        commitment=_known(asked.get("commitment", ""), (cell.code for cell in cells)),
        state=_known(asked.get("state", ""), CellState),
    )


@CompiledOnce
def _cells(
    *, reader: User, at: datetime, table: UUID
) -> QuerySet[Assessment, tuple[Any, ...]]:
    visible = Assessment.objects.visible_to(reader, at).filter(table=table)
    owed, commitment = "member_commitment", "member_commitment__commitment"
    return visible.order_by("pk").values_list(
        "pk",
        "score",
        ExpressionWrapper(~Q(rationale=""), BooleanField()),
        ExpressionWrapper(~Q(sources=""), BooleanField()),
        f"{commitment}__position",
        f"{commitment}__code",
        f"{commitment}__short_title",
        f"{owed}__member",
        f"{owed}__member__name",
        f"{owed}__member__kind",
    )


def _by_commitment(cells: Sequence[WorkCell]) -> list[CommitmentCells]:
    return [
        CommitmentCells(code, title, list(together))
        for (code, title), together in groupby(
            cells, key=lambda cell: (cell.code, cell.short_title)
        )
    ]


def _known(asked: str, values: Any) -> str:
    return asked if asked in set(values) else ""
