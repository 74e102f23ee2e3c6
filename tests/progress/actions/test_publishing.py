"""Tests that a publication asks little of the database, least under the lock."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from progress.actions.ledger import _LEDGER_LOCK
from progress.actions.review import publish_entry
from progress.models import State
from tests.factories import make_entry, member_commitment_of

# Read before the lock, for which every other publication waits.
READ_BEFORE = ("progress_entryevidence", "commitments_plan")


def test_publishing_asks_few_queries_and_reads_before_the_lock(
    plan, stocktake, officer_jp, officer_fr, coordinator, now
):
    first, second = (
        make_entry(
            member_commitment_of(plan, "1.2.2", person.member_id),
            by=person,
            stocktake=stocktake,
            state=State.SUBMITTED,
            evidence=2,
        )
        for person in (officer_jp, officer_fr)
    )
    # The first one adds the wording of the plan and the Presidency to the trail.
    publish_entry(entry_id=first.pk, version=1, by=coordinator, at=now)
    with CaptureQueriesContext(connection) as queries:
        publish_entry(entry_id=second.pk, version=1, by=coordinator, at=now)
    asked = [query["sql"] for query in queries.captured_queries]
    lock = f"SELECT pg_advisory_xact_lock({_LEDGER_LOCK})"
    assert asked.count(lock) == 1
    before, after = asked[: asked.index(lock)], asked[asked.index(lock) + 1 :]
    # Two of them are a savepoint, since the test is a transaction.
    assert len(before) <= 7
    assert len(after) <= 11
    for table in READ_BEFORE:
        assert any(table in sql for sql in before)
    assert not any("progress_entryevidence" in sql for sql in after)
    assert not any("preamble" in sql for sql in asked)
