"""Fixtures of the pages of the score sheet."""

import pytest

from tests.factories import make_body
from tests.progress.assessments.scoring import make_table, score


@pytest.fixture
def table(stocktake, assessor):
    """A draft of the University Observatory, in which one cell is scored."""
    made = make_table(make_body(), stocktake)
    score(made, {("1.1.1", "FR"): "1"}, rationale="A law was adopted.")
    return made


@pytest.fixture
def browser(signed_in, assessor, table):
    return signed_in(assessor)
