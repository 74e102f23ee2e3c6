"""What tests of the reading pages share."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from commitments.models import MemberCommitment, Plan
from progress.models import Entry, State, Stocktake
from tests.factories import make_entry, member_commitment_of


@pytest.fixture
def jp_122(plan: Plan) -> MemberCommitment:
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def reported(
    jp_122: MemberCommitment, officer_jp: User, stocktake: Stocktake
) -> Callable[..., Entry]:
    """`reported(…)`: on 1.2.2, published in the open stocktake by default."""

    def make(**fields: Any) -> Entry:
        values = {"state": State.PUBLISHED, "stocktake": stocktake, **fields}
        return make_entry(jp_122, by=officer_jp, **values)

    return make


@pytest.fixture
def amend(reported: Callable[..., Entry]) -> Callable[..., Entry]:
    """`amend(published, kind, …)`: corrects or withdraws Japan's published entry."""

    def make(published: Entry, kind: Entry.Kind, **fields: Any) -> Entry:
        values = {"reason": "The year was wrong.", "as_of": published.as_of, **fields}
        return reported(kind=kind, supersedes=published, **values)

    return make


@pytest.fixture
def commitment_url(plan: Plan) -> str:
    return f"/plans/{plan.slug}/commitments/1.2.2/"


@pytest.fixture
def timeline_url(commitment_url: str) -> str:
    return f"{commitment_url}JP/"
