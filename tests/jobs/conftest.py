"""Fixtures of the tests of jobs: a trial for each test, and no running worker."""

from collections.abc import Iterator

import pytest

from g7plan.celery import app
from tests.jobs.trial import Trial


@pytest.fixture
def trial(plan, stocktake, coordinator, made_up_reports) -> Trial:
    return Trial(plan, stocktake, coordinator)


@pytest.fixture(autouse=True)
def no_worker_but_us(settings) -> Iterator[None]:
    """Tasks that a sweep sends run at once, in the same thread."""
    settings.LINK_CHECKS = True
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False
