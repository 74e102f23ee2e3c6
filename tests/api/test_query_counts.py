"""Tests of the number of queries: a list of many rows needs no more than one row."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Instrument, MemberCommitment
from progress.models import State
from tests.api.conftest import API
from tests.api.resources.test_reports import make_finished_report
from tests.factories import assign, make_entry, make_plan


def queries(client, path) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["results"]
    return len(captured)


@pytest.fixture
def much(plan, officer_jp, contributor_jp, coordinator, stocktake):
    """Two plans, an entry with evidence everywhere, every draft assigned, reports."""
    make_plan("another")
    Instrument.objects.create(slug="fatf", name="FATF", kind="body")
    for owed in MemberCommitment.objects.filter(commitment__plan=plan):
        is_ours = owed.member_id == "JP"
        make_entry(
            owed,
            by=officer_jp,
            state=State.DRAFT if is_ours else State.PUBLISHED,
            stocktake=stocktake,
            evidence=1,
            # Drafts come last: permissions on the others need a query for the chair.
            as_of=date(2017, 5, 1 if is_ours else 2),
        )
        if is_ours and owed.commitment.code != "1.2.2":  # assigned by the fixture
            assign(contributor_jp, owed)
    for _number in range(3):
        make_finished_report(plan, coordinator, stocktake=stocktake)


# The key and its user take one query, a session two, each filter that names a row one.
LIMITS = {
    "members/?": 2,
    "summits/?": 2,
    "stocktakes/?": 2,
    "stocktakes/?plan=test-plan&": 3,
    "evidence/?": 3,
    "evidence/?plan=test-plan&member=FR&": 5,
    "plans/?": 2,
    "actions/?": 2,
    "sub-areas/?": 2,
    "instruments/?": 2,
    "commitments/?": 4,
    "commitments/?plan=test-plan&": 5,
    "member-commitments/?": 3,
    "member-commitments/?plan=test-plan&member=JP&member=FR&": 5,
    "entries/?": 6,
    "entries/?plan=test-plan&member=JP&": 8,
    "positions/?plan=test-plan&": 5,
}


def clocks(path: str) -> int:
    """The queries for the clocks of the next page, where there is a next page."""
    return int(path.startswith(("member-commitments", "positions")))


def test_a_key_costs_the_same_queries_whatever_the_length(much, client_for_key):
    client = client_for_key("read:own", "read:green", "write:entries", member="JP")
    for path, limit in LIMITS.items():
        few = queries(client, f"{path}page_size=1")
        assert queries(client, f"{path}page_size=1000") == few - clocks(path), path
        assert few <= limit, path


@pytest.mark.parametrize("role", ["contributor_jp", "head_jp", "coordinator"])
def test_a_person_costs_the_same_queries_whatever_the_length(
    much, request, signed_in, role
):
    client = signed_in(request.getfixturevalue(role))
    # So many that drafts are among them: who wrote those is read for a person only.
    for path in ("entries/?", "positions/?plan=test-plan&"):
        few = queries(client, f"{path}page_size=30")
        assert queries(client, f"{path}page_size=1000") == few - clocks(path), path
        assert few <= 9, path


def test_reports_cost_the_same_queries_whatever_their_number(
    much, coordinator, signed_in
):
    client = signed_in(coordinator)
    few = queries(client, "reports/?page_size=1")
    assert queries(client, "reports/?page_size=1000") == few
    assert few <= 6


def test_no_list_reads_a_snapshot_or_a_files_bytes(much, coordinator, signed_in):
    client = signed_in(coordinator)
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{API}reports/")
    for query in captured:
        assert '"snapshot"' not in query["sql"]
        assert '"content"' not in query["sql"]
