"""Fixtures of released score tables."""

from datetime import UTC, datetime

import pytest

from commitments.models import Plan
from progress.models import AssessmentTable, Stocktake
from tests.factories import make_body, make_stocktake
from tests.progress.assessments.hand_checked import SCORES
from tests.progress.assessments.scoring import released_table
from tests.progress.scores.hand_checked_plan import make_hand_checked_plan


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
