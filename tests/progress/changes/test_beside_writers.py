"""Tests of readers who poll while many write: they miss nothing, and get nothing twice.

The threads, connections and commits are real. Entries are published by the action of
the product, and erased by its command.
"""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from accounts.models import Role, User
from commitments.models import MemberCommitment
from progress.actions.review import publish_entry
from progress.models import Entry, Handling, LedgerRecord, State, Stocktake
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.changes.following import Follower

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
MEMBERS = ("JP", "FR", "DE", "GB")
# Eight writers: one of each.
PLACES = [(code, member) for code in ("1.2.1", "1.2.2") for member in MEMBERS]
HANDLINGS = [handling.value for handling in Handling]


@dataclass
class Beside:
    """Writers of some member commitments, and readers who poll meanwhile."""

    stocktake: Stocktake
    coordinator: User
    owed: list[MemberCommitment]
    officers: dict[str, User]
    readers: list[Follower]

    def run(self, seed: int) -> None:
        """Let all write and poll at once. Returns when all have ended."""
        has_ended = threading.Event()
        with ThreadPoolExecutor(len(self.owed) + len(self.readers)) as pool:
            polls = [pool.submit(self._poll, one, has_ended) for one in self.readers]
            writes = [
                pool.submit(self._write, row, Random(f"{seed}.{row.pk}"))  # noqa: S311
                for row in self.owed
            ]
            wait(writes)
            has_ended.set()
        for one in (*writes, *polls):
            one.result()

    def _poll(self, reader: Follower, has_ended: threading.Event) -> None:
        try:
            while not has_ended.is_set():
                reader.poll()
            reader.poll()
        finally:
            connections.close_all()

    def _write(self, row: MemberCommitment, chance: Random) -> None:
        """Publish an entry, amend it once or twice, and erase some."""
        kinds = [Entry.Kind.CORRECTION, Entry.Kind.WITHDRAWAL]
        try:
            entry = self._publish(row, chance)
            for kind in kinds[: chance.randint(0, 2)]:
                entry = self._publish(
                    row, chance, kind=kind, supersedes=entry, reason="A wrong year."
                )
            if chance.random() < 0.5:
                options = {"reason": "An order.", "by": "A. Clerk", "yes": True}
                call_command("erase_entry", str(entry.pk), stdout=StringIO(), **options)
        finally:
            connections.close_all()

    def _publish(self, row: MemberCommitment, chance: Random, **fields: Any) -> Entry:
        entry = make_entry(
            row,
            by=self.officers[row.member_id],
            state=State.SUBMITTED,
            stocktake=self.stocktake,
            handling=chance.choice(HANDLINGS),
            **fields,
        )
        return publish_entry(
            entry_id=entry.pk,
            version=entry.version,
            by=self.coordinator,
            at=datetime.now(UTC),
        )


@pytest.mark.parametrize("runs", [1, pytest.param(20, marks=pytest.mark.long)])
def test_readers_beside_writers_end_with_what_a_fresh_read_gives(
    plan, stocktake, coordinator, observer, many_connections, runs
):
    owed = [member_commitment_of(plan, *place) for place in PLACES]
    officers = {code: make_user(Role.OFFICER, member=code) for code in MEMBERS}
    for code in MEMBERS:  # whom `make_entry` names; two threads would both make them
        email = f"head.{code.lower()}@tests.example"
        make_user(Role.HEAD, member=code, email=email, is_active=False)
    readers = [
        Follower(person, size=size)
        for person in (observer, officers["JP"], coordinator)
        for size in (1, 7)
    ]
    beside = Beside(stocktake, coordinator, owed, officers, readers)
    for number in range(runs):
        beside.run(seed=number)
        for reader in readers:
            assert reader.changes == Follower(reader.reader).poll()
    assert LedgerRecord.objects.count() >= len(owed) * runs
