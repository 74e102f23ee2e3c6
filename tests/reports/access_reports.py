"""Finished reports for the table of access: their covers, files and earlier drafts."""

from collections.abc import Callable
from typing import Any

from progress.models import Handling
from tests.g7plan.access_world import World
from tests.reports.circulation.circulations import circulate, make_draft


def covered(world: World, by: str = "coordinator") -> list[Any]:
    """Return a finished report that has a cover."""
    return [world.finished(by, cover=b"a picture").pk]


def second_draft(world: World) -> list[Any]:
    """Return a draft that can be compared with an earlier one."""
    for _number in range(2):
        draft = make_draft(world.plan, by=world.people["coordinator"])
    return [draft.pk]


def second_circulated(world: World) -> list[Any]:
    """Return a second draft that all delegations have, as they have the first."""
    for _number in range(2):
        draft = make_draft(world.plan, by=world.people["coordinator"])
        circulate(draft, by=world.people["coordinator"])
    return [draft.pk]


REPORT_OBJECTS: dict[str, Callable[[World], list[Any]]] = {
    "report_of_observer": lambda world: [world.finished("observer").pk],
    "file_of_report_of_observer": lambda world: [world.finished("observer").pk, "pdf"],
    # A person who was in the chair, and requested it then.
    "amber_report_of_former": lambda world: [
        world.finished("former_coordinator", Handling.AMBER).pk
    ],
    "file_of_amber_report_of_former": lambda world: [
        world.finished("former_coordinator", Handling.AMBER).pk,
        "pdf",
    ],
    "file_of_circulated_report": lambda world: [
        world.circulated_report(left=1).pk,
        "pdf",
    ],
    "final_report": lambda world: [world.final_report().pk],
    "file_of_final_report": lambda world: [world.final_report().pk, "pdf"],
    "covered_report": covered,
    "covered_report_of_observer": lambda world: covered(world, "observer"),
    "second_draft": second_draft,
    "second_circulated": second_circulated,
}
