"""Objects of the table of access that anyone may read, or that look like them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from progress.models import Handling, State
from tests.factories import make_body
from tests.g7plan.access_world import World
from tests.progress.assessments.scoring import released_table
from tests.progress.public_reading.opening import make_public_reading

# Clear entries and others, published before and after public reading started.
ENTRIES: dict[str, dict[str, Any]] = {
    "clear": {"handling": Handling.CLEAR},
    "green": {},
    "amber": {"handling": Handling.AMBER},
    "older": {
        "handling": Handling.CLEAR,
        "published_at": datetime.now(UTC) - timedelta(days=9),
    },
}
# The words after the plan's in the address of a page.
PAGES: dict[str, list[object]] = {
    "plan": [],
    "commitment": ["1.2.2"],
    "member": ["JP"],
}


def decision(*, started: timedelta | None) -> list[object]:
    return [make_public_reading(started=started).pk]


def plans(_world: World) -> list[object]:
    make_public_reading()
    return []


def page(words: list[object], world: World) -> list[object]:
    make_public_reading()
    return [world.plan.slug, *words]


def entry(fields: dict[str, Any], world: World) -> list[object]:
    make_public_reading()
    return [world.entry(State.PUBLISHED, **fields).pk]


def file(fields: dict[str, Any], world: World) -> list[object]:
    make_public_reading()
    return world.file(State.PUBLISHED, **fields)


def scores(handling: str, words: list[object], world: World) -> list[object]:
    """Return the words of a page of a table that was released after the start."""
    make_public_reading()
    table = released_table(make_body(), world.stocktake, handling=handling)
    return [world.plan.slug, table.body_id, *words]


PUBLIC_OBJECTS: dict[str, Callable[[World], list[object]]] = {
    "public_reading_proposed": lambda _world: decision(started=None),
    "public_reading_on": lambda _world: decision(started=timedelta(days=5)),
    "public_plans": plans,
    **{
        f"public_scores_{handling}": partial(scores, handling, [])
        for handling in ("clear", "green")
    },
    **{
        f"public_score_{handling}_of_jp": partial(scores, handling, ["1.1.1", "JP"])
        for handling in ("clear", "green")
    },
    **{f"public_{name}": partial(page, words) for name, words in PAGES.items()},
    **{f"public_{name}_jp": partial(entry, one) for name, one in ENTRIES.items()},
    **{
        f"public_file_of_{name}_jp": partial(file, one) for name, one in ENTRIES.items()
    },
}
