"""The objects of the table of access that have scores: a body's tables, by state."""

from collections.abc import Callable, Mapping

from progress.models import AssessmentTable
from tests.factories import make_body
from tests.g7plan.access_world import World
from tests.progress.assessments.scoring import (
    cell,
    make_guidelines,
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


def cell_of(
    make: Callable[..., AssessmentTable], body: str
) -> Callable[[World], list[object]]:
    """Japan's first cell of a table that `make` makes for a body."""
    return lambda world: [
        cell(make(make_body(body), world.stocktake), "1.1.1", "JP").pk
    ]


def guideline(*, is_published: bool) -> Callable[[World], list[object]]:
    """A guideline of the body of the assessor in the table of access."""

    def made(world: World) -> list[object]:
        body = make_body("university-observatory")
        found = make_guidelines(body, world.plan, is_published=is_published)
        return [found["1.1.1"].pk]

    return made


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
    "api_body": lambda _world: [make_body(OTHER).pk],
    "api_guideline": guideline(is_published=True),
    "api_guideline_of_assessor": guideline(is_published=False),
    "api_released_table": lambda world: key(
        released_table(make_body(OTHER), world.stocktake)
    ),
    "api_draft_table": lambda world: key(make_table(make_body(OTHER), world.stocktake)),
    "api_released_cell": cell_of(released_table, OTHER),
    "api_cell_in_feedback": cell_of(table_in_feedback, OTHER),
    "api_draft_cell": cell_of(make_table, OTHER),
    "api_draft_cell_of_assessor": cell_of(make_table, "university-observatory"),
}
