"""The words of the chapter on scores, in the active language."""

from typing import TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from progress.assessments.arithmetic import SCORE_VALUES
from progress.assessments.differences import DEGREES, KINDS
from progress.assessments.text import degree_label, kind_label, score_label, score_text
from reports.scores.schema import ScoreLabels


def score_labels() -> ScoreLabels:
    """Return the labels of the chapter."""
    return {
        "heading": _("Scores by assessing bodies"),
        "intro": [
            _(
                "Outside bodies give these scores. They are beside what members say"
                " of themselves, and count in no other figure of this report."
            ),
            _(
                "Every average and every rank belongs to one body and one table. All"
                " members count, also the European Union."
            ),
        ],
        "scores": {value: score_text(value) for value in SCORE_VALUES},
        "meanings": {value: score_label(value) for value in SCORE_VALUES},
        "legend": _("What the scores mean"),
        "kinds": {kind: kind_label(kind) for kind in KINDS},
        "degrees": {degree: degree_label(degree) for degree in DEGREES},
        "captions": {
            "scores": _("Scores by commitment and member"),
            "members": _("Members by average"),
            "areas": _("Sub-areas by average"),
            "means": _("The three overall means"),
            "differences": _("Self-reports that differ from a score"),
        },
        **_column_labels(),
    }


class _ColumnLabels(TypedDict):
    body: str
    commitment: str
    member: str
    area: str
    average: str
    average_short: str
    percentage: str
    rank: str
    scored: str
    mean: str
    counted: str
    status: str
    score: str
    difference: str
    no_differences: str
    sheet: str
    column: str


def _column_labels() -> _ColumnLabels:
    return {
        "body": _("Assessing body"),
        "commitment": _("Commitment"),
        "member": _("Member"),
        "area": _("Sub-area"),
        "average": _("Average"),
        "average_short": pgettext("the head of a narrow column", "Average"),
        "percentage": _("Percentage"),
        "rank": _("Rank"),
        "scored": _("Scored cells"),
        "mean": _("Mean"),
        "counted": _("Counted"),
        "status": _("Self-report"),
        "score": _("Score"),
        "difference": _("Difference"),
        "no_differences": _("No score differs from a self-report in this report."),
        "sheet": _("Scores {number}"),
        "column": _("Score: {body}"),
    }


def score_method() -> list[str]:
    """Return the paragraphs on scores in the annex on method."""
    return [
        _(
            "A score is +1, 0 or \N{MINUS SIGN}1. A cell without a score, or with “not"
            " applicable”, counts in no average. An average is shown with two"
            " decimals, rounded half away from zero: \N{MINUS SIGN}0.625 is shown as"
            " \N{MINUS SIGN}0.63."
        ),
        _(
            "A percentage is (average + 1) / 2 \N{MULTIPLICATION SIGN} 100, from the"
            " exact average, rounded half up. Equal averages share a rank, and the next"
            " average has the next rank."
        ),
        _(
            "There are three overall means, which differ: of all scored cells, of"
            " the averages of the commitments, and of the averages of the"
            " members. The average of a sub-area is that of its scored cells."
        ),
        _(
            "A score differs from a self-report if it is not among the scores that"
            " fit the status: \N{MINUS SIGN}1 fits “not started”; \N{MINUS SIGN}1 and"
            " 0 fit “limited”; 0 and +1 fit “substantial”; +1 fits “implemented”."
            " Without a"
            " self-report in this report, +1 is a difference. So is “not"
            " applicable” on one side only."
        ),
    ]
