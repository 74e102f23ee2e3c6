"""The bodies that change cells of a draft table."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from api.fields import ChoiceIn
from api.resources.report_requests import DayIn, NameIn
from api.resources.writing.fields import TextIn
from progress import limits
from progress.assessments.cells import CELL_FIELDS, CellText
from progress.models import Assessment, Score


class AssessmentChangesIn(serializers.Serializer[Any]):
    """The fields to change. A field that is left out stays, and null clears it."""

    score = ChoiceIn(
        Score.choices,
        required=False,
        allow_null=True,
        help_text=gettext_lazy(
            "What the body gives the commitment. Null: not scored. It needs a published"
            " guideline of the body."
        ),
    )
    rationale = TextIn(
        allow_null=True,
        max_length=limits.RATIONALE,
        help_text=gettext_lazy(
            "Why it has this score, in Markdown. A table is not released without it."
        ),
    )
    sources = TextIn(
        allow_null=True,
        max_length=limits.SOURCES,
        help_text=gettext_lazy("What the score rests on, in Markdown."),
    )
    as_of = DayIn(
        required=False,
        allow_null=True,
        help_text=gettext_lazy(
            "Facts until this day were considered. Left out at first: today, or the day"
            " on which the stocktake was closed."
        ),
    )


class AssessmentRowIn(AssessmentChangesIn):
    """The fields to change of one cell, which its codes name."""

    plan = NameIn(help_text=gettext_lazy("Slug of the plan of the table."))
    commitment = NameIn(
        help_text=gettext_lazy("Code of the commitment, such as 1.2.3.")
    )
    member = NameIn(help_text=gettext_lazy("Code of the member, such as JP."))


def changed_text(cell: Assessment, values: dict[str, Any]) -> CellText:
    """Return the text of a cell with these values. Null is an empty value."""
    given = {name: values[name] for name in CELL_FIELDS if name in values}
    for name in ("score", "rationale", "sources"):
        if name in given:
            given[name] = given[name] or ""
    return replace(CellText.of(cell), **given)
