"""Tests of docs/check_report.py: it finds every sentence that is not true."""

import subprocess
import sys
from pathlib import Path

from tests.source_files import ROOT

SCRIPT = ROOT / "docs" / "check_report.py"
OLD = Path(__file__).with_name("snapshot_of_schema_3.json")


def run(path, *options):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


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
