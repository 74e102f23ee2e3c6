from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.positions.figures import (
    BEFORE,
    CHANGES,
    PARTS,
    STATUSES,
    Part,
    Status,
    change_of,
    count,
    figure_of,
    is_past_target,
)


@dataclass(frozen=True)
class Cell:
    part: Part
    is_at_risk: bool = False
    action: str = "1"
    status: Status | Literal[""] = ""
    is_overdue: bool = False
    before: Status | Literal[""] | None = None


@st.composite
def drawn_cells(draw) -> Cell:
    """One position: current, of an earlier stocktake, or none."""
    part = draw(st.sampled_from(PARTS))
    status: Status | Literal[""] = draw(st.sampled_from(STATUSES))
    if part != "no_update":
        status = part if part in STATUSES else ""
    is_at_risk = bool(status) and draw(st.booleans())
    before = draw(st.sampled_from((*STATUSES, "", None)))
    action, is_overdue = draw(st.sampled_from("123")), draw(st.booleans())
    return Cell(part, is_at_risk, action, status, is_overdue, before)


cells = drawn_cells()


def test_nothing_counts_as_nothing():
    figures = count([])
    assert figures.parts == dict.fromkeys(PARTS, 0)
    assert (figures.cells, figures.current, figures.reported) == (0, 0, 0)


def test_each_position_is_counted_as_one_part():
    figures = count([Cell("limited"), Cell("limited"), Cell("no_update")])
    assert figures.parts["limited"] == 2
    assert figures.parts["no_update"] == 1
    assert (figures.cells, figures.current, figures.reported) == (3, 2, 3)


def test_what_was_at_risk_before_this_stocktake_is_at_risk_in_all_alone():
    figures = count(
        [
            Cell("limited", is_at_risk=True, status="limited"),
            Cell("no_update", is_at_risk=True, status="implemented"),
            Cell("implemented", status="implemented"),
        ]
    )
    assert (figures.at_risk, figures.at_risk_in_all) == (1, 2)
    assert figures.parts["implemented"] == 1
    assert figures.in_all["implemented"] == 2


def test_every_position_is_reported_in_this_stocktake_or_before_it_or_not_at_all():
    assert figure_of(is_reported=False, is_current=False) == "not_reported"
    assert figure_of(is_reported=True, is_current=False) == "no_update"
    assert figure_of(is_reported=True, is_current=True) == "current"


@given(st.lists(cells))
def test_the_parts_always_add_up(found):
    figures = count(found)
    assert figures.cells == len(found)
    assert list(figures.parts) == list(PARTS)
    assert figures.current == sum(cell.part in STATUSES for cell in found)
    assert figures.at_risk <= figures.current
    assert figures.at_risk <= figures.at_risk_in_all <= figures.reported
    assert list(figures.in_all) == list(STATUSES)
    assert sum(figures.in_all.values()) == figures.reported
    assert all(figures.parts[one] <= figures.in_all[one] for one in STATUSES)


@given(st.lists(cells))
def test_the_figures_of_the_actions_add_up_to_those_of_the_plan(found):
    by_action = [count(cell for cell in found if cell.action == name) for name in "123"]
    overall = count(found)
    for part in PARTS:
        total = sum(figures.parts[part] for figures in by_action)
        assert total == overall.parts[part]
    assert sum(figures.at_risk for figures in by_action) == overall.at_risk


# From, to, and the change: written by hand from the rule.
CHANGED = """
not_started not_started same
not_started limited up
not_started implemented up
limited substantial up
substantial implemented up
implemented substantial down
implemented not_started down
limited not_started down
not_applicable limited other
implemented not_applicable other
not_applicable not_applicable same
- limited new
- not_applicable new
limited - gone
not_applicable - gone
- - -
"""


@pytest.mark.parametrize("line", CHANGED.strip().splitlines())
def test_a_change_goes_from_the_status_of_then_to_that_of_now(line: str) -> None:
    before, now, change = ("" if word == "-" else word for word in line.split())
    assert change_of(cast("Status", before), cast("Status", now)) == change


@given(st.lists(cells))
def test_changes_and_the_statuses_of_before_add_up(found):
    figures = count(found, is_compared=True)
    assert list(figures.changes) == list(CHANGES)
    assert list(figures.before) == list(BEFORE)
    assert sum(figures.before.values()) == len(found)
    nothing = sum(not cell.status and not cell.before for cell in found)
    assert sum(figures.changes.values()) + nothing == len(found)
    there = sum(bool(cell.before) for cell in found)
    assert there == len(found) - figures.before["not_reported"]
    assert figures.reported == there + figures.changes["new"] - figures.changes["gone"]
    assert figures.overdue == sum(cell.is_overdue for cell in found)


@given(st.lists(cells))
def test_without_a_comparison_there_are_no_changes(found):
    figures = count(found)
    assert (figures.changes, figures.before) == ({}, {})


def test_a_target_date_has_passed_on_the_day_after_it_and_while_work_is_left():
    day = date(2017, 5, 20)
    left: tuple[Status | Literal[""], ...] = (
        "",
        "not_started",
        "limited",
        "substantial",
    )
    for status in left:
        assert is_past_target(day, status, at=day + timedelta(days=1))
        assert not is_past_target(day, status, at=day)
    done: tuple[Status, ...] = ("implemented", "not_applicable")
    for status in done:
        assert not is_past_target(day, status, at=date(2020, 1, 1))
    assert not is_past_target(None, "limited", at=day)
