"""Fixtures of the review page: entries with a reviewer, and the coordinator."""

import pytest

from progress.actions.review import return_entry
from progress.models import State
from tests.factories import make_entry, member_commitment_of


@pytest.fixture
def entry_of(plan, officer_jp, stocktake):
    def make(member, code, state=State.SUBMITTED, **fields):
        theirs = member_commitment_of(plan, code, member)
        values = {"by": officer_jp, "state": state, "stocktake": stocktake, **fields}
        return make_entry(theirs, **values)

    return make


@pytest.fixture
def browser(signed_in, coordinator):
    return signed_in(coordinator)


@pytest.fixture
def return_it(coordinator):
    """Return an entry to its delegation, as it is now."""

    def act(entry, reason="Which year?", by=coordinator):
        return return_entry(
            entry_id=entry.pk,
            version=entry.version,
            reason=reason,
            by=by,
            at=entry.submitted_at,
        )

    return act
