"""How scores, averages, percentages and ranks are printed, in the active language.

A negative number has the sign of minus (U+2212), not a hyphen. A score has its sign, an
average only if it is negative. The decimals are those of the language: 0.13, or 0,13.
"""

from typing import Final

from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.wording.listed import listed, percent_text
from progress.assessments.agreement import Agreement
from progress.assessments.arithmetic import POINTS
from progress.assessments.differences import Degree, DifferenceKind
from progress.assessments.figures import ExactAverage, MeanName
from progress.models import Score

MINUS: Final = "\N{MINUS SIGN}"
# What is printed where there is no average, no percentage and no rank.
DASH: Final = "\N{EN DASH}"


def score_text(score: str) -> str:
    """Return a score as tables print it: `+1`, `0` or `n/a`; empty without one."""
    if score in POINTS:
        points = POINTS[score]
        return f"{_sign(points, plus='+')}{abs(points)}"
    return pgettext("a score", "n/a") if score else ""


def score_label(score: str) -> str:
    """Return what a score means: "Full compliance"."""
    return str(Score(score).label) if score else _("Not scored")


def score_with_label(score: str) -> str:
    """Return a score with what it means: "+1, Full compliance"."""
    if score not in POINTS:
        return score_label(score)
    return _("%(score)s: %(label)s") % {
        "score": score_text(score),
        "label": score_label(score),
    }


def average_text(average: ExactAverage) -> str:
    """Return an average with two decimals: `0.13`."""
    number = average.hundredths
    if number is None:
        return DASH
    whole, rest = divmod(abs(number), 100)
    point = get_format("DECIMAL_SEPARATOR")
    return f"{_sign(number)}{whole}{point}{rest:02}"


def percentage_text(average: ExactAverage) -> str:
    """Return the percentage of an average: `62%`."""
    number = average.percentage
    return DASH if number is None else percent_text(number)


def rank_text(rank: int | None) -> str:
    return DASH if rank is None else str(rank)


def mean_label(name: MeanName) -> str:
    """Return which of the three overall means this is."""
    return {
        "cells": _("Mean of all scored cells"),
        "commitments": _("Mean of the averages of commitments"),
        "members": _("Mean of the averages of members"),
    }[name]


def mean_explanation(name: MeanName) -> str:
    """Return how one of the three overall means is found."""
    return {
        "cells": _("Each scored cell counts once."),
        "commitments": _("Each commitment with a score counts once."),
        "members": _("Each member with a score counts once."),
    }[name]


def counting_rule() -> str:
    """Return how averages are found, in one paragraph for pages and files."""
    return listed(
        [
            _("Cells without a score and “not applicable” count in no average."),
            _("Averages are rounded half away from zero."),
            _("Percentages and ranks come from the exact averages."),
            _("Equal averages share a rank."),
            _("All members count, also those that are not states."),
        ],
        " ",
    )


def kind_label(kind: DifferenceKind) -> str:
    """Return what contradicts what."""
    return {
        "report_says_more": _("The self-report says more than the score"),
        "score_says_more": _("The score says more than the self-report"),
        "applies": _("Only one of them says “not applicable”"),
    }[kind]


def degree_label(degree: Degree) -> str:
    """Return how strongly a self-report and a score contradict each other."""
    return {
        "strong": pgettext("a difference", "Strong"),
        "slight": pgettext("a difference", "Slight"),
    }[degree]


def agreement_label(agreement: Agreement) -> str:
    """Return how two bodies' scores of one cell agree."""
    return {
        "same": _("The same score"),
        "one_step": _("One step apart"),
        "two_steps": _("Two steps apart"),
        "applies": _("“Not applicable” for one body only"),
        "one_only": _("Scored by one body only"),
        "neither": _("Scored by neither body"),
    }[agreement]


def _sign(number: int, *, plus: str = "") -> str:
    if number < 0:
        return MINUS
    return plus if number > 0 else ""
