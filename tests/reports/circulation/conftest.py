"""A draft of the Presidency before, during and after its silence."""

from datetime import timedelta

import pytest

from accounts.models import Role, User
from reports.models import Report
from tests.factories import make_user
from tests.reports.circulation.circulations import circulate, make_draft

SOON = timedelta(days=2)


@pytest.fixture
def colleague(chair) -> User:
    """The other coordinator of the Presidency."""
    return make_user(Role.COORDINATOR, member=chair, name="Colleague")


@pytest.fixture
def draft(plan, coordinator) -> Report:
    return make_draft(plan, by=coordinator)


@pytest.fixture
def sent(draft: Report, coordinator: User) -> Report:
    """A draft that heads may still object to."""
    circulate(draft, by=coordinator, ended=-SOON)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def agreed(draft: Report, coordinator: User) -> Report:
    """A draft to which no head objected in time."""
    circulate(draft, by=coordinator)
    draft.refresh_from_db()
    return draft
