"""Tests of docs/capacity.md: its figures are those that were measured."""

import re

from tests.source_files import ROOT

TEXT = (ROOT / "docs/capacity.md").read_text("utf-8")
RESULTS = "".join(
    (ROOT / "benchmarks" / name).read_text("utf-8")
    for name in ("results.md", "load.md")
)


def test_each_figure_is_one_of_the_results():
    measured = TEXT.partition("## What was measured")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", measured, re.MULTILINE)
    assert len(rows) > 16
    for name, figure in rows:
        lines = [one for one in RESULTS.splitlines() if one.startswith(f"| {name} |")]
        cells = {cell.strip() for line in lines for cell in line.split("|")}
        assert figure.strip() in cells, name


def test_the_entries_of_a_year_are_counted_right():
    [row] = re.findall(r"^\| entries a year.*$", TEXT, re.MULTILINE)
    assert f"{28 * 8 * 5 * 2:,}" in row
    assert f"{28 * 20 * 20 * 2:,}" in row
