"""Fixtures of the pages of the score sheet."""

import pytest

from accounts.models import Role
from tests.factories import make_body, make_user
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


@pytest.fixture
def make_assessor(members):
    """`make_assessor()` is another assessor of the University Observatory."""
    return lambda: make_user(Role.ASSESSOR, name="Colleague", body=make_body())
