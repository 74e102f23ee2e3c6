"""The types of the scores in a snapshot. Averages are exact fractions, as texts.

Nothing here counts among the figures of self-reports. A report without scores has none
of it.
"""

from typing import Literal, TypedDict

from progress.assessments.arithmetic import ScoreValue
from progress.assessments.differences import Degree, DifferenceKind
from progress.assessments.figures import MeanName
from progress.positions.figures import Status

ScoreTableName = Literal["scores", "members", "areas", "means", "differences"]


class ScoreLabels(TypedDict):
    heading: str  # "Scores by assessing bodies"
    intro: list[str]  # sentences
    scores: dict[ScoreValue, str]  # "+1", "n/a"; nothing for a cell without a score
    meanings: dict[ScoreValue, str]  # "Full compliance"
    legend: str
    kinds: dict[DifferenceKind, str]
    degrees: dict[Degree, str]
    captions: dict[ScoreTableName, str]
    body: str
    commitment: str
    member: str
    area: str
    average: str
    average_short: str  # the head of a narrow column
    percentage: str
    rank: str
    scored: str
    mean: str
    counted: str
    status: str
    score: str
    difference: str
    no_differences: str
    sheet: str  # "Scores {number}", of the XLSX
    column: str  # "Score: {body}", of a column of the CSV for people


class AverageText(TypedDict):
    """An average, and how it is printed. Without scores there is none."""

    exact: str  # "-5/8", or empty
    average: str  # as printed, or a dash
    percentage: str  # "19%", or a dash


class ScoredFigure(AverageText):
    """The average of a member, a commitment, a sub-area, or an action without one."""

    code: str
    name: str  # as tables print it: "Japan", "1.2 Databases"
    scored: int  # the cells that count in it
    rank: str  # among its own kind, or a dash


class ScoredCommitment(ScoredFigure):
    action: str  # its code
    area: str  # the code of its sub-area, or of its action without sub-areas
    # By the code of the member. A member that is not bound has none.
    cells: dict[str, ScoreValue]


class OverallMeanText(AverageText):
    mean: MeanName
    label: str  # which mean it is
    explanation: str  # a sentence
    of: int  # of how many cells or averages


class ScoreDifference(TypedDict):
    """A self-report of this report that a score contradicts."""

    commitment: str
    member: str
    status: Status | Literal["not_reported"]  # of the last entry
    score: ScoreValue
    kind: DifferenceKind
    degree: Degree


class ScoredMember(TypedDict):
    code: str
    name: str


class ScoreTablePart(TypedDict):
    """A released table of one body, with all its cells and figures."""

    id: str
    code: str  # the slug of the body
    name: str  # of the body
    phase: Literal["interim", "final"]
    released_at: str  # an instant: "2017-05-20T12:00:00Z"
    handling: Literal["clear", "green"]
    about: str  # sentences: the phase, the release and the label
    guidelines: str  # a sentence
    # All members, whatever the report is about: a table is one whole.
    members: list[ScoredMember]
    commitments: list[ScoredCommitment]
    of_members: list[ScoredFigure]
    areas: list[ScoredFigure]
    means: list[OverallMeanText]
    # Of the members that the report is about.
    differences: list[ScoreDifference]


class ScoresPart(TypedDict):
    labels: ScoreLabels
    tables: list[ScoreTablePart]
