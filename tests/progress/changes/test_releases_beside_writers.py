"""Tests of readers who poll while tables are released and entries published.

The threads, connections and commits are real, as in `test_beside_writers`.
"""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connections

from progress.actions.assessments.release import release_table
from progress.actions.review import publish_entry
from progress.models import AssessmentTable, LedgerRecord, State
from tests.factories import make_body, make_entry, member_commitment_of
from tests.progress.assessments.scoring import (
    SCORES,
    assessor_of,
    make_table,
    release,
    released_table,
    revision,
    score,
)
from tests.progress.changes.following import Follower

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
BODIES = ("university-observatory", "policy-institute", "think-tank")


def closing(act):
    try:
        return act()
    finally:
        connections.close_all()


def release_as(table, person):
    found = AssessmentTable.objects.get(pk=table.pk)
    now = datetime.now(UTC)
    release_table(table=found, handling="green", by=person, at=now)


def publish(entry, coordinator):
    now = datetime.now(UTC)
    version = entry.version
    publish_entry(entry_id=entry.pk, version=version, by=coordinator, at=now)


def run_beside(acts, readers):
    """Let all act at once, while all readers poll. Returns when all have ended."""
    has_ended = threading.Event()

    def poll(reader):
        while not has_ended.is_set():
            reader.poll()
        reader.poll()

    with ThreadPoolExecutor(len(acts) + len(readers)) as pool:
        polls = [pool.submit(closing, partial(poll, one)) for one in readers]
        writes = [pool.submit(closing, act) for act in acts]
        wait(writes)
        has_ended.set()
    for one in (*writes, *polls):
        one.result()


def test_readers_beside_releases_end_with_what_a_fresh_read_gives(
    plan, stocktake, coordinator, observer, officer_jp, many_connections
):
    first = released_table(make_body(BODIES[0]), stocktake)
    tables = [revision(first, {("1.1.1", "FR"): "", ("2.1", "US"): "1"})]
    for name in BODIES[1:]:
        tables.append(make_table(make_body(name), stocktake))
        score(tables[-1], SCORES)
    people = [assessor_of(table.body) for table in tables]
    entries = [
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.SUBMITTED,
            stocktake=stocktake,
        )
        for code in ("1.1.1", "1.2.1", "1.2.2", "2.1")
    ]
    readers = [
        Follower(person, size=size)
        for person in (observer, officer_jp, people[0])
        for size in (1, 3)
    ]
    acts = [
        *(partial(release_as, *pair) for pair in zip(tables, people, strict=True)),
        *(partial(publish, entry, coordinator) for entry in entries),
    ]
    run_beside(acts, readers)
    for reader in readers:
        assert reader.changes == Follower(reader.reader).poll()
        # Of the revised table one score is gone, and two have come again.
        assert len(reader.changes) == LedgerRecord.objects.count() + 1
    release(revision(AssessmentTable.objects.get(pk=tables[0].pk)))
    for reader in readers:
        assert len(reader.poll()) == 3
