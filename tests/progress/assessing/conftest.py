"""A draft table of the assessor's body, and browsers to work on it."""

import pytest

from accounts.models import Role
from tests.factories import make_user
from tests.progress.assessments.scoring import make_table


@pytest.fixture
def table(assessor, stocktake):
    """A draft of the University Observatory. Each commitment has a guideline."""
    return make_table(assessor.body, stocktake)


@pytest.fixture
def browser(assessor, signed_in):
    return signed_in(assessor)


@pytest.fixture
def colleague(assessor):
    """Another assessor of the same body."""
    return make_user(Role.ASSESSOR, name="Colleague", body=assessor.body)
