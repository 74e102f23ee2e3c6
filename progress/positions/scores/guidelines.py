"""The guidelines of a body that a reader sees, as they were known at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from accounts.models import AssessingBody
from commitments.models import Action, Commitment, Plan
from progress.models import Guideline
from progress.positions.plan_table import PlanTable
from progress.positions.viewpoint import Viewpoint
from progress.querysets.assessments import GuidelineQuerySet


@dataclass(frozen=True)
class ActionGuidelines:
    """The guidelines for the commitments of one action, in the plan's order."""

    code: str
    title: str
    guidelines: Sequence[tuple[Commitment, Guideline]]


def guidelines_of(
    body: AssessingBody, table: PlanTable, viewpoint: Viewpoint
) -> list[ActionGuidelines]:
    """Return the guidelines in force at the clocks, under their actions. One query."""
    visible = Guideline.objects.visible_to(viewpoint.reader, viewpoint.reading_at)
    current = visible.current_at(viewpoint.clocks.known_at)
    found = current.filter(body=body, commitment__plan=table.plan)
    by_commitment = {one.commitment_id: one for one in found}
    commitments = [
        line.commitment for line in table.lines if line.commitment.pk in by_commitment
    ]
    return [
        _of_action(action, [(one, by_commitment[one.pk]) for one in group])
        for action, group in groupby(commitments, key=lambda one: one.action)
    ]


def _of_action(
    action: Action, guidelines: Sequence[tuple[Commitment, Guideline]]
) -> ActionGuidelines:
    return ActionGuidelines(action.code, action.title, guidelines)


def bodies_with_guidelines(
    visible: GuidelineQuerySet, plan: Plan
) -> list[AssessingBody]:
    """Return the bodies that have published a guideline for the plan. One query."""
    of_plan = visible.published().filter(commitment__plan=plan)
    bodies = AssessingBody.objects.filter(pk__in=of_plan.values("body"))
    return bodies.in_order()
