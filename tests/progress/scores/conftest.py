"""Fixtures of released score tables."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from commitments.models import Plan
from progress.models import AssessmentTable, Stocktake
from tests.factories import make_body, make_stocktake
from tests.progress.assessments.hand_checked import SCORES
from tests.progress.assessments.scoring import released_table
from tests.progress.scores.hand_checked_plan import make_hand_checked_plan
from tests.source_files import ROOT

SCRIPT = ROOT / "docs" / "check_scores.py"


@pytest.fixture
def scored_plan(members) -> Plan:
    """The plan of the hand-checked table."""
    return make_hand_checked_plan()


@pytest.fixture
def scored_stocktake(scored_plan, coordinator, second_reviewer) -> Stocktake:
    return make_stocktake(scored_plan, by=coordinator, second_reviewer=second_reviewer)


@pytest.fixture
def hand_checked(scored_stocktake) -> AssessmentTable:
    """The hand-checked table, released as a final one by the University Observatory."""
    scored = {key: score for key, score in SCORES.items() if score}
    return released_table(make_body(), scored_stocktake, scored, phase="final")


@pytest.fixture
def later() -> datetime:
    """An instant after all that a test has made before it asks for this."""
    return datetime.now(UTC)


@pytest.fixture
def check(tmp_path):
    """`check(csv, data…)`: what the script says of a download, and how it ends."""

    def run(content: bytes, *data) -> tuple[int, str]:
        paths = [tmp_path / "scores.csv"]
        paths[0].write_bytes(content)
        for number, each in enumerate(data):
            paths.append(tmp_path / f"{number}.json")
            paths[-1].write_text(json.dumps(each), "utf-8")
        command = [sys.executable, "-I", str(SCRIPT), *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run
