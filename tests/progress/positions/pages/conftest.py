"""Fixtures of the pages for reading."""

import pytest

from commitments.models import Plan


@pytest.fixture
def plan_url(plan: Plan) -> str:
    return f"/plans/{plan.slug}/"
