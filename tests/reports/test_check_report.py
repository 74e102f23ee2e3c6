"""Tests of docs/check_report.py: it finds every sentence that is not true."""

import json
import runpy
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from progress.ledger.chain import hash_of
from progress.positions.figures import STATUSES
from reports.summary import TEMPLATES, summary_of
from tests.reports.sample_snapshot import (
    MEMBERS,
    sample_snapshot,
    with_actions,
    with_facts,
    without_entries,
)
from tests.source_files import ROOT

SCRIPT = ROOT / "docs" / "check_report.py"
CHECK = runpy.run_path(str(SCRIPT))
OLD = Path(__file__).with_name("snapshot_of_schema_3.json")


def findings(snapshot):
    """What is found, beside that a test has changed the facts."""
    found = list(CHECK["findings"](snapshot))
    return [finding for finding in found if "SHA-256 of the facts" not in finding]


def run(path, *options):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def sentences(snapshot):
    return [
        sentence["text"]
        for paragraph in snapshot["facts"]["summary"]["paragraphs"]
        for sentence in paragraph
    ]


def test_a_report_is_found_true_and_both_hashes_with_it(tmp_path):
    snapshot = sample_snapshot()
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(snapshot), "utf-8")
    hashes = ("--snapshot", hash_of(snapshot), "--facts", hash_of(snapshot["facts"]))
    said = run(path, *hashes)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == "224 rows, 9 sentences checked\n"
    other = run(path, "--facts", "0" * 64)
    assert other.returncode == 1
    assert "the SHA-256 of the facts is" in other.stdout


def test_the_report_that_said_nothing_was_at_risk_is_found_untrue():
    """It said so one page before nine marks, and forgot 25 that are implemented."""
    said = run(OLD)
    assert said.returncode == 1
    assert "“0 are marked as at risk.” is not true of the rows: [9]" in said.stdout
    assert "“14 are reported as implemented.” is not true of the rows: [39]" in (
        said.stdout
    )
    assert "an empty cell is not called “No released entry”" in said.stdout
    assert "1.1.1 of IT has released nothing, but its lead" in said.stdout


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("count", [0, 1, 2, 224])
def test_the_script_has_the_words_of_the_product(name, count):
    words = CHECK["WORDS"][name][min(count, 2)].replace("{count}", str(count))
    assert TEMPLATES[name](count).replace("{count}", str(count)) == words


def test_every_sentence_has_a_rule_and_every_rule_a_sentence():
    assert set(TEMPLATES) == set(CHECK["COUNTS"]) == set(CHECK["WORDS"])


def summary_sentences(snapshot):
    return [
        sentence
        for paragraph in snapshot["facts"]["summary"]["paragraphs"]
        for sentence in paragraph
    ]


@pytest.mark.parametrize("place", range(9))
@pytest.mark.parametrize("field", ["count", "text", "name", "template"])
def test_a_changed_sentence_is_found(place, field):
    snapshot = sample_snapshot()
    sentence = summary_sentences(snapshot)[place]
    sentence[field] = sentence["count"] + 1 if field == "count" else "Something else."
    assert findings(snapshot)


@pytest.mark.parametrize("place", range(3))
def test_a_sentence_left_out_is_found(place):
    snapshot = sample_snapshot()
    snapshot["facts"]["summary"]["paragraphs"][0].pop(place)
    assert findings(snapshot) == ["the summary has other sentences than it should have"]


def test_a_changed_figure_is_found():
    for place in ("overall", 0):
        for name in ("at_risk", "at_risk_in_all", "cells"):
            snapshot = sample_snapshot()
            summary = snapshot["facts"]["summary"]
            row = summary["overall"] if place == "overall" else summary["actions"][0]
            row[name] += 1
            assert len(findings(snapshot)) == 1
        for name in ("parts", "in_all"):
            snapshot = sample_snapshot()
            summary = snapshot["facts"]["summary"]
            row = summary["overall"] if place == "overall" else summary["actions"][0]
            row[name]["implemented"] += 1  # type: ignore[literal-required]  # either
            assert len(findings(snapshot)) == 1


def first_row(snapshot, *, has_entry):
    return next(
        row
        for action in snapshot["facts"]["actions"]
        for area in action["sub_areas"]
        for commitment in area["commitments"]
        for row in commitment["positions"]
        if (row["entry"] is not None) == has_entry
    )


def test_a_changed_row_is_found_by_the_sentences_that_count_it():
    snapshot = sample_snapshot()
    entry = first_row(snapshot, has_entry=True)["entry"]
    entry["is_at_risk"] = not entry["is_at_risk"]
    found = " ".join(findings(snapshot))
    assert "are marked as at risk.” counts" in found
    assert "the figures of all actions are not those of the rows" in found


def test_a_row_that_its_audience_may_not_see_is_found():
    snapshot = sample_snapshot()
    first_row(snapshot, has_entry=False)["lead_authority"] = "Ministry"
    assert len(findings(snapshot)) == 1
    snapshot = sample_snapshot()
    first_row(snapshot, has_entry=True)["entry"]["handling"] = "amber"
    assert "the audience may not read" in findings(snapshot)[0]


def test_not_reported_below_amber_is_found():
    snapshot = sample_snapshot()
    snapshot["facts"]["labels"]["parts"]["not_reported"] = "Not reported"
    assert findings(snapshot) == ["an empty cell is not called “No released entry”"]


def test_none_one_and_many_are_said_in_whole_sentences():
    nothing = with_actions(sample_snapshot(), [])
    assert sentences(nothing) == ["This report covers no member commitment."]
    empty = without_entries(sample_snapshot())
    assert sentences(empty) == [
        "This report covers 224 member commitments.",
        "It shows no entry.",
        "224 member commitments have no released entry.",
    ]
    single = one_row(sample_snapshot())
    assert sentences(single) == [
        "This report covers 1 member commitment.",
        "It shows 1 entry.",
        "Every member commitment has a released entry.",
        "1 entry is from this stocktake.",
        "No entry is from outside this stocktake.",
        "In this stocktake, no entry reports “Implemented”.",
        "In all, no entry reports “Implemented”.",
        "In this stocktake, 1 entry is marked as at risk.",
        "In all, 1 entry is marked as at risk.",
    ]
    for snapshot in (nothing, empty, single):
        assert findings(snapshot) == []


def one_row(snapshot):
    action = deepcopy(snapshot["facts"]["actions"][0])
    action["sub_areas"] = action["sub_areas"][:1]
    commitment = action["sub_areas"][0]["commitments"][0]
    commitment["positions"] = commitment["positions"][:1]
    commitment["positions"][0]["entry"]["is_at_risk"] = True
    one_member = with_facts(snapshot, members=MEMBERS[:1])
    return with_actions(one_member, [action])


kinds = st.tuples(
    st.sampled_from(["current", "no_update", "not_reported"]),
    st.sampled_from(STATUSES),
    st.booleans(),
)


@settings(deadline=None)
@given(
    cells=st.lists(kinds, min_size=8, max_size=8),
    has_stocktake=st.booleans(),
    is_amber=st.booleans(),
)
def test_every_summary_is_true(cells, has_stocktake, is_amber):
    """Counted by the product, and again by the script."""
    snapshot = sample_snapshot()
    action = snapshot["facts"]["actions"][0]
    action["sub_areas"] = action["sub_areas"][:1]
    commitment = action["sub_areas"][0]["commitments"][0]
    action["sub_areas"][0]["commitments"] = [commitment]
    shown: Any = first_row(snapshot, has_entry=True)["entry"]
    for row, (figure, status, is_at_risk) in zip(
        commitment["positions"], cells, strict=True
    ):
        row["figure"] = figure
        if not has_stocktake and figure == "no_update":
            row["figure"] = "current"
        row["lead_authority"], row["target_on"], row["entry"] = "", None, None
        if figure != "not_reported":
            entry: Any = {**shown, "status": status, "is_at_risk": is_at_risk}
            row["entry"] = entry
    none = "Not reported" if is_amber else "No released entry"
    facts = snapshot["facts"]
    facts["labels"]["parts"]["not_reported"] = none
    facts["labels"]["not_reported_note"] = f"{none}."
    facts["audience"] = "amber" if is_amber else "green"
    facts["stocktake"] = facts["stocktake"] if has_stocktake else None
    facts["actions"] = [action]
    facts["summary"] = summary_of(
        [action], has_stocktake=has_stocktake, reads_all=is_amber
    )
    assert findings(snapshot) == []
