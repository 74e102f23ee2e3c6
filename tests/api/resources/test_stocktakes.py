"""Tests of stocktakes in the API: their deadlines, and a reader's own extension."""

from datetime import UTC, timedelta

import pytest

from accounts.models import Scope
from progress.models import Extension, Stocktake
from tests.api.conftest import API, results
from tests.factories import make_plan

FIRST = f"{API}stocktakes/test-plan/first/"


def slugs(client, **params):
    return [row["slug"] for row in results(client, "stocktakes/", **params)]


def in_utc(at):
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
def extend(stocktake, coordinator, now):
    """`extend("JP", days=3)` gives Japan time after the end of grace."""

    def give(member, *, days):
        ends_at = stocktake.grace_ends_at + timedelta(days=days)
        Extension.objects.create(
            stocktake=stocktake,
            member_id=member,
            reason="An election.",
            ends_at=ends_at,
            granted_at=now,
            granted_by=coordinator,
        )
        return in_utc(ends_at)

    return give


def test_a_key_reads_the_deadlines(stocktake, any_key):
    stocktake.refresh_from_db()
    assert any_key.get(FIRST).json() == {
        "plan": "test-plan",
        "slug": "first",
        "title": stocktake.title,
        "state": "open",
        "opens_at": in_utc(stocktake.opens_at),
        "due_at": in_utc(stocktake.due_at),
        "grace_ends_at": in_utc(stocktake.grace_ends_at),
        "extended_until": None,
        "opened_at": in_utc(stocktake.opened_at),
        "closed_at": None,
    }


def test_stocktakes_are_found_by_plan_state_and_title(
    stocktake, now, coordinator, second_reviewer, any_key, refused_parameter
):
    planned = Stocktake.objects.create(
        plan=stocktake.plan,
        slug="second",
        title="The second one",
        opens_at=now + timedelta(days=200),
        due_at=now + timedelta(days=210),
        grace_ends_at=now + timedelta(days=211),
    )
    other = make_plan("another")
    Stocktake.objects.create(
        plan=other,
        slug="elsewhere",
        title="Elsewhere",
        opens_at=now - timedelta(days=900),
        due_at=now - timedelta(days=890),
        grace_ends_at=now - timedelta(days=889),
        opened_at=now - timedelta(days=900),
        opened_by=coordinator,
        second_reviewer=second_reviewer,
        closed_at=now - timedelta(days=880),
        closed_by=coordinator,
        closing_sha256="0" * 64,
    )
    assert slugs(any_key) == ["second", "first", "elsewhere"]
    assert slugs(any_key, plan="test-plan") == ["second", "first"]
    for state, expected in (
        ("planned", ["second"]), ("open", ["first"]), ("closed", ["elsewhere"]),
    ):  # fmt: skip
        assert slugs(any_key, state=state) == expected
    assert slugs(any_key, search="second ONE") == ["second"]
    assert slugs(any_key, ordering="due_at") == ["elsewhere", "first", "second"]
    assert (
        planned.state
        == any_key.get(f"{API}stocktakes/test-plan/second/").json()["state"]
    )
    answer = any_key.get(f"{API}stocktakes/?state=over")
    assert refused_parameter(answer)[0] == "state"


def test_a_reader_learns_of_the_extension_of_their_own_member_alone(
    extend, stocktake, client_for_key, any_key, signed_in, officer_jp, coordinator
):
    own_key_jp = client_for_key(Scope.READ_OWN, member="JP")
    own_key_fr = client_for_key(Scope.READ_OWN, member="FR")
    before = any_key.get(FIRST).content
    theirs = extend("JP", days=3)
    for reader in (own_key_jp, signed_in(officer_jp)):
        assert reader.get(FIRST).json()["extended_until"] == theirs
        assert results(reader, "stocktakes/")[0]["extended_until"] == theirs
    for reader in (any_key, own_key_fr, signed_in(coordinator)):
        assert reader.get(FIRST).json()["extended_until"] is None
    assert any_key.get(FIRST).content == before
    # One for all members is everyone's; the longest counts.
    for_all = extend(None, days=2)
    assert any_key.get(FIRST).json()["extended_until"] == for_all
    assert own_key_jp.get(FIRST).json()["extended_until"] == theirs
    # Of its member, a key without `read:own` reads no more than others do.
    other = client_for_key(Scope.READ_GREEN, Scope.WRITE_ENTRIES, member="JP")
    assert other.get(FIRST).json()["extended_until"] == for_all


def test_who_reads_no_entries_finds_no_stocktake(
    stocktake, signed_in, administrator, problem_of
):
    client = signed_in(administrator)
    assert results(client, "stocktakes/") == []
    problem_of(client.get(FIRST), 404)
