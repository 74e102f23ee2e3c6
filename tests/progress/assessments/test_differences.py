"""Tests of where self-reports and scores contradict, and of how far bodies agree.

`differences.csv` was written by hand from the rule, and the code never reads it.
"""

import csv
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.assessments.agreement import (
    AGREEMENTS,
    agreement_of,
    count_agreements,
)
from progress.assessments.arithmetic import SCORE_VALUES
from progress.assessments.differences import (
    DEGREES,
    KINDS,
    NO_REPORT,
    count_pairs,
    difference_of,
)
from progress.positions.figures import STATUSES

WRITTEN = (Path(__file__).parent / "differences.csv").read_text("utf-8")
BY_HAND = list(csv.DictReader(WRITTEN.splitlines()))
KNOWN = (*STATUSES, NO_REPORT)
pairs = st.tuples(st.sampled_from((*KNOWN, "")), st.sampled_from(SCORE_VALUES))
keys = st.tuples(st.sampled_from(["1.1", "2.1"]), st.sampled_from(["JP", "FR"]))
tables = st.dictionaries(keys, st.sampled_from(SCORE_VALUES))


@pytest.mark.parametrize("row", BY_HAND, ids=lambda row: f"{row['status']} {row}")
def test_a_pair_differs_as_the_rule_says(row):
    found = difference_of(row["status"], row["score"])
    assert (found.kind if found else "") == row["kind"]
    assert (found.degree if found else "") == row["degree"]


def test_the_rule_knows_every_pair():
    assert [(row["status"], row["score"]) for row in BY_HAND] == sorted(
        product(KNOWN, SCORE_VALUES),
        key=lambda pair: (_place(pair[0]), SCORE_VALUES.index(pair[1])),
    )
    assert {row["kind"] for row in BY_HAND} == {"", *KINDS}
    assert {row["degree"] for row in BY_HAND} == {"", *DEGREES}


def _place(status: str) -> int:
    order = ["implemented", "substantial", "limited", "not_started"]
    return [*order, "not_applicable", NO_REPORT].index(status)


def test_no_self_report_is_the_same_as_an_empty_status():
    assert difference_of("", "1") == difference_of(NO_REPORT, "1")


@given(st.lists(pairs))
def test_the_counts_of_differences_add_up(found):
    counts = count_pairs(found)
    scored = [pair for pair in found if pair[1]]
    assert counts.compared == len(scored)
    assert counts.differing == sum(difference_of(*pair) is not None for pair in scored)
    assert counts.differing == sum(counts.of_degree(degree) for degree in DEGREES)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("1", "1", "same"),
        ("not_applicable", "not_applicable", "same"),
        ("1", "0", "one_step"),
        ("-1", "0", "one_step"),
        ("1", "-1", "two_steps"),
        ("not_applicable", "0", "applies"),
        ("", "not_applicable", "one_only"),
        ("0", "", "one_only"),
        ("", "", "neither"),
    ],
)
def test_two_bodies_agree_as_far_as_their_scores_are_apart(first, second, expected):
    assert agreement_of(first, second) == agreement_of(second, first) == expected


@given(tables, tables)
def test_the_counts_of_agreements_add_up(first, second):
    counts = count_agreements(first, second)
    assert list(counts.counts) == list(AGREEMENTS)
    assert counts.cells == len({*first, *second})
    both = [key for key in first if first[key] and second.get(key)]
    not_by_both = counts.counts["one_only"] + counts.counts["neither"]
    assert counts.cells - not_by_both == len(both)
    assert counts == count_agreements(dict(reversed(first.items())), second)
