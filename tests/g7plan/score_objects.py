"""The objects of the table of access that have scores: a body's tables, by state."""

from collections.abc import Callable, Mapping

from progress.models import AssessmentTable
from tests.factories import make_body
from tests.g7plan.access_world import World
from tests.progress.assessments.scoring import (
    make_table,
    released_table,
    table_in_feedback,
)

# Not the body of the assessor in the table of access.
OTHER = "policy-institute"


def released_pages(world: World) -> list[object]:
    released_table(make_body(OTHER), world.stocktake)
    return [world.plan.slug, OTHER]


def released_score(world: World) -> list[object]:
    return [*released_pages(world), "1.1.1", "JP"]


def draft_pages(body: str) -> Callable[[World], list[object]]:
    def made(world: World) -> list[object]:
        make_table(make_body(body), world.stocktake)
        return [world.plan.slug, body]

    return made


def draft_score(world: World) -> list[object]:
    return [*draft_pages("university-observatory")(world), "1.1.1", "JP"]


def key(table: AssessmentTable) -> list[object]:
    return [table.pk]


SCORE_OBJECTS: Mapping[str, Callable[[World], list[object]]] = {
    "released_scores": released_pages,
    "released_score_of_jp": released_score,
    "draft_scores": draft_pages(OTHER),
    "draft_scores_of_assessor": draft_pages("university-observatory"),
    "draft_score_of_jp": draft_score,
    "table_in_feedback": lambda world: key(
        table_in_feedback(make_body(OTHER), world.stocktake)
    ),
    "draft_table_of_assessor": lambda world: key(
        make_table(make_body(), world.stocktake)
    ),
}
