"""Prepare a plan to be scored: run by `manage.py shell` in a trial."""

from accounts.models import AssessingBody, User
from commitments.models import Plan
from progress.actions.assessments.guidelines import (
    publish_guidelines,
    save_guideline,
)
from progress.actions.assessments.tables import begin_table
from progress.models import Stocktake
from tests.e2e.in_review import now, person, start

GUIDELINE = (
    "**+1**: a law is in force.\n\n**0**: a bill is in work.\n\n**−1**: nothing."
)


def assessor() -> User:
    """Return the demo assessor, who gets a body if the demonstration gives none."""
    one = person("assessor")
    if one.body is None:
        body, _made = AssessingBody.objects.get_or_create(
            slug="university-observatory",
            defaults={"name": "University Observatory", "short_name": "Observatory"},
        )
        User.objects.filter(pk=one.pk).update(body=body)
        one = person("assessor")
    return one


def prepare(slug: str, *, has_table: bool = True) -> None:
    """Open a stocktake of a plan, publish guidelines for it, and begin a table."""
    start(slug)
    by, plan = assessor(), Plan.objects.get(slug=slug)
    for commitment in plan.commitments.order_by("position"):
        save_guideline(
            commitment=commitment, text=GUIDELINE, version=0, by=by, at=now()
        )
    if not has_table or by.body is None:
        return
    publish_guidelines(body=by.body, plan=plan, by=by, at=now())
    stocktake = Stocktake.objects.get(plan=plan)
    table = begin_table(body=by.body, stocktake=stocktake, by=by, at=now())
    print(f"table {table.pk}")  # noqa: T201 - the test reads it
