"""Tests of the vocabulary: every plain-Python copy of it equals its one source."""

from typing import get_args

import pytest

from progress.models import Handling, Status
from progress.positions import figures
from progress.positions.figures import ORDER
from progress.stocktakes.coverage import COVERAGE_OF_STATE, CoverageState
from reports import snapshot_schema


def test_figures_count_the_statuses_of_the_model_in_their_order():
    assert list(figures.STATUSES) == Status.values
    assert get_args(figures.Status) == figures.STATUSES
    assert get_args(figures.Part) == figures.PARTS
    assert (*Status.values, "no_update", "not_reported") == figures.PARTS
    assert set(get_args(figures.Figure)) - {"current"} < set(figures.PARTS)


def test_bars_and_legends_go_from_the_most_done_to_the_least_known():
    assert ORDER == (
        "implemented",
        "substantial",
        "limited",
        "not_started",
        "not_applicable",
        "no_update",
        "not_reported",
    )


def test_the_snapshot_knows_the_handling_labels_of_the_model():
    assert list(get_args(snapshot_schema.HandlingLabel)) == Handling.values


def test_coverage_uses_the_label_of_the_workflow_state():
    assert {
        (str(state.label), str(covered.label))
        for state, covered in COVERAGE_OF_STATE.items()
        if state.label != covered.label
    } == set()
    assert set(CoverageState) - set(COVERAGE_OF_STATE.values()) == {
        CoverageState.NO_DRAFT
    }


@pytest.mark.parametrize(
    ("audience", "readable"),
    [
        ("clear", ["clear"]),
        ("green", ["clear", "green"]),
        ("amber", ["clear", "green", "amber"]),
    ],
)
def test_an_audience_reads_its_own_label_and_the_less_restricted(audience, readable):
    assert Handling.up_to(audience) == readable


@pytest.mark.parametrize(
    ("one", "other", "stricter"),
    [
        ("clear", "green", "green"),
        ("amber", "clear", "amber"),
        ("green", "green", "green"),
    ],
)
def test_the_stricter_of_two_labels(one, other, stricter):
    assert Handling.strictest(one, other) == stricter
    assert Handling.strictest(other, one) == stricter
