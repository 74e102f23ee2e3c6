"""Tests of what an entry says of the entry that replaced it, to each reader."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import MemberCommitment
from progress.models import Entry, State
from tests.api.conftest import API, results
from tests.factories import make_entry

PUBLISHED = State.PUBLISHED


@pytest.fixture
def replaced(plan, officer_jp):
    """`replaced(kind, handling, state)` makes a green entry of JP and its successor."""
    owed = iter(MemberCommitment.objects.filter(member="JP").order_by("pk"))

    def make(kind: str, handling: str, state: State = PUBLISHED) -> tuple[Entry, Entry]:
        one = next(owed)
        first = make_entry(one, by=officer_jp, state=PUBLISHED, handling="green")
        second = make_entry(
            one,
            by=officer_jp,
            state=state,
            handling=handling,
            kind=kind,
            supersedes=first,
            reason="A slip.",
        )
        return first, second

    return make


def told(client, entry):
    row = client.get(f"{API}entries/{entry.pk}/").json()
    return row["is_current"], row["superseded_by"]


@pytest.mark.parametrize("kind", ["correction", "withdrawal"])
def test_who_may_see_the_successor_is_told_its_id(replaced, green_key, kind):
    first, second = replaced(kind, "green")
    assert told(green_key, first) == (False, str(second.pk))
    assert told(green_key, second) == (kind == "correction", None)


@pytest.mark.parametrize("kind", ["correction", "withdrawal"])
def test_who_may_not_see_it_is_told_only_that_the_entry_left(
    replaced, green_key, own_key_jp, kind
):
    first, second = replaced(kind, "amber")
    assert told(green_key, first) == (False, None)
    assert told(own_key_jp, first) == (False, str(second.pk))


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.DISCARDED])
def test_a_successor_replaces_nothing_before_it_is_published(
    replaced, own_key_jp, green_key, state
):
    first, second = replaced("correction", "green", state)
    for client in (own_key_jp, green_key):
        assert told(client, first) == (True, None)
    assert told(own_key_jp, second) == (False, None)


def test_a_position_expands_to_its_whole_entry(replaced, green_key):
    first, _second = replaced("correction", "green", State.DRAFT)
    replaced("correction", "green")
    replaced("correction", "amber")
    whole = {row["id"]: row for row in results(green_key, "entries/")}
    query = {"plan": "test-plan", "page_size": 1000}
    plain = results(green_key, "positions/", **query)
    rows = results(green_key, "positions/", **query, expand="entry")
    assert [{**row, "expanded_entry": None} for row in plain] == [
        {**row, "expanded_entry": None} for row in rows
    ]
    assert all("expanded_entry" not in row for row in plain)
    assert str(first.pk) in {row["entry"] for row in rows}
    for row in rows:
        expected = whole[row["entry"]] if row["entry"] else None
        assert row["expanded_entry"] == expected


def test_only_the_entry_can_be_expanded(plan, green_key, refused_parameter):
    for wrong in ("stocktake", "", "entry,entry"):
        answer = green_key.get(f"{API}positions/?plan=test-plan&expand={wrong}")
        assert refused_parameter(answer)[0] == "expand"


def test_expanding_costs_the_same_queries_whatever_the_number(replaced, own_key_jp):
    def queries() -> int:
        query = {"plan": "test-plan", "page_size": 1000, "expand": "entry"}
        with CaptureQueriesContext(connection) as captured:
            results(own_key_jp, "positions/", **query)
        return len(captured)

    replaced("correction", "green")
    few = queries()
    for _number in range(3):
        replaced("correction", "amber")
    assert queries() == few <= 8
