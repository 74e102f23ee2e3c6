"""Fixtures of the clearance page: entries in clearance, and the head's browser."""

import pytest

from progress.models import Entry, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.clearing import CODES


@pytest.fixture
def entry_on(plan, officer_jp, stocktake):
    def make(code, state=State.IN_CLEARANCE, **fields):
        mine = member_commitment_of(plan, code, fields.pop("member", "JP"))
        values = {"by": officer_jp, "state": state, "stocktake": stocktake, **fields}
        return make_entry(mine, **values)

    return make


@pytest.fixture
def four(entry_on):
    return {code: entry_on(code) for code in CODES}


@pytest.fixture
def three(entry_on, head_jp):
    """Three by an officer, and the last by the head."""
    entry_on("2.1", by=head_jp, narrative="My own words.")
    return {code: entry_on(code) for code in CODES[:3]}


@pytest.fixture
def own(three):
    return Entry.objects.get(narrative="My own words.")


@pytest.fixture
def browser(signed_in, head_jp):
    return signed_in(head_jp)


@pytest.fixture
def decide(browser):
    def post(entry, verb="clear", **fields):
        sent = {"version": entry.version, **fields}
        return browser.post(f"/entries/{entry.pk}/{verb}/", sent, follow=True)

    return post
