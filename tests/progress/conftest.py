"""Fixtures shared by the tests of the reading pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from commitments.models import MemberCommitment, Plan
from progress.actions.stocktakes import plan_stocktake
from progress.models import Entry, State, Stocktake
from tests.factories import make_entry, member_commitment_of
from tests.progress.stocktaking import unsaved


@pytest.fixture
def jp_122(plan: Plan) -> MemberCommitment:
    return member_commitment_of(plan, "1.2.2", "JP")


@pytest.fixture
def reported(
    jp_122: MemberCommitment, officer_jp: User, stocktake: Stocktake
) -> Callable[..., Entry]:
    """`reported(…)` makes an entry on 1.2.2, by default published in the stocktake."""

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


@pytest.fixture
def planned(plan: Plan, coordinator: User, now: datetime) -> Stocktake:
    """It opens tomorrow."""
    return plan_stocktake(stocktake=unsaved(plan, now), by=coordinator, at=now)


@pytest.fixture
def waiting(jp_122: MemberCommitment, stocktake: Stocktake, officer_jp: User) -> Entry:
    """Japan's, submitted in the open stocktake."""
    return make_entry(jp_122, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake)


@pytest.fixture
def everybody_else(request: pytest.FixtureRequest) -> list[User]:
    """Every person whose delegation does not have the chair."""
    names = (
        "contributor_jp",
        "officer_jp",
        "head_jp",
        "former_coordinator",
        "second_reviewer",
        "officer_of_the_chair",
        "observer",
        "assessor",
        "administrator",
    )
    return [request.getfixturevalue(name) for name in names]
