"""What the tests of the editor share: an officer, and a draft of theirs."""

import pytest

from tests.factories import make_entry, member_commitment_of


@pytest.fixture
def mine(plan):
    return member_commitment_of(plan, "1.2.1", "JP")


@pytest.fixture
def draft(mine, officer_jp, stocktake):
    return make_entry(mine, by=officer_jp, stocktake=stocktake, evidence=1)


@pytest.fixture
def browser(signed_in, officer_jp):
    return signed_in(officer_jp)
