"""Tests of which parts of a report are printed, and of its bars in words."""

import pytest

from reports.kinds import KIND_RULES, KINDS, LAYOUTS, sections_of
from reports.labels import labels
from reports.renderers.bars import in_words, stretches_before, stretches_now
from reports.renderers.outline import (
    printed_sections,
    printed_tables,
    section_before_risks,
    shown_codes,
)
from tests.reports.sample_snapshot import (
    commitments_of,
    sample_snapshot,
    with_facts,
    without_entries,
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_report_with_entries_prints_all_sections_of_its_kind(kind, layout):
    if layout not in KIND_RULES[kind].layouts:
        return
    facts = sample_snapshot(kind=kind, layout=layout)["facts"]
    assert printed_sections(facts) == sections_of(kind, layout)


def test_a_report_without_entries_prints_no_statuses_and_hashes():
    facts = without_entries(sample_snapshot())["facts"]
    left_out = {*facts["sections"]} - {*printed_sections(facts)}
    assert left_out == {"matrix", "mix", "entries", "changes"}
    assert section_before_risks(facts) is None
    assert printed_tables(facts) == {"table-gaps"}


def test_what_is_at_risk_follows_the_last_overview():
    found = {
        kind: section_before_risks(sample_snapshot(kind=kind)["facts"])
        for kind in KINDS
    }
    assert found == {**dict.fromkeys(KINDS, "changes"), "gaps": None}


def test_a_report_of_changes_shows_only_commitments_that_changed():
    snapshot = sample_snapshot(kind="changes")
    for row in commitments_of(snapshot)[1:]:
        for position in row["positions"]:
            position["change"] = "same"
    first = commitments_of(snapshot)[0]["code"]
    assert shown_codes(snapshot["facts"]) == {first}
    assert len(shown_codes(with_facts(snapshot, kind="stocktake")["facts"])) == 28


def test_the_stretches_of_a_bar_add_up_to_its_cells():
    named = labels(reads_all=False)
    for row in sample_snapshot()["facts"]["figures"]["members"]:
        now, before = stretches_now(row, named), stretches_before(row, named)
        assert sum(stretch.cells for stretch in now) == row["cells"]
        assert sum(stretch.cells for stretch in before) == row["cells"]
        assert all(stretch.cells for stretch in (*now, *before))
        assert any(stretch.is_older for stretch in now)


def test_a_bar_in_words_names_each_stretch_with_its_number():
    named = labels(reads_all=False)
    row = sample_snapshot()["facts"]["figures"]["members"][0]
    (first, *_others) = stretches_now(row, named)
    words = in_words("Canada", [first], named)
    assert words == f"Canada: {first.label} {first.cells}."
    assert in_words("Canada", [], named) == "Canada: 0."
