"""A crowd of people who work on one stocktake at once, each by random acts.

Every thread has a connection of its own and a seeded choice of acts. Every answer is
kept: which write was accepted, on which version, and with which message.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import Role, User
from accounts.versions import StaleRow
from commitments.models import MemberCommitment
from progress.actions import amendments, bulk, clearance, drafting, extensions, review
from progress.actions.carry_forward import carry_forward, confirm_entry
from progress.actions.conversations.comments import add_comment
from progress.actions.stocktakes import close_stocktake
from progress.entries.text import EntryText
from progress.models import Comment, Entry, Extension, Handling, State, Stocktake
from progress.querysets.entries import EntryQuerySet
from tests.factories import CHAIR, make_user

# The refusals that a caller may get. Any other error is a fault of the product.
REFUSALS = (
    Entry.DoesNotExist,
    PermissionDenied,
    StaleRow,
    StaleRow,
    ValidationError,
)
MEMBERS = ("JP", "FR", CHAIR)
REASON = {"reason": "Because."}


@dataclass(frozen=True)
class Written:
    """One accepted write: the version its author read, and the version they made."""

    entry: UUID
    looked_at: int
    made: int
    # Where the text was written again.
    narrative: str | None = None


@dataclass
class Crowd:
    """The people, the stocktake they work on, and the results of all their acts."""

    stocktake: Stocktake
    owed: list[MemberCommitment]
    # Submitted, and left alone until the end: until then nothing can close.
    waiting: Entry
    written: list[Written] = field(default_factory=list)
    commented: list[UUID] = field(default_factory=list)
    extended: list[datetime] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    broken: list[BaseException] = field(default_factory=list)
    people: dict[str, list[User]] = field(init=False)

    def __post_init__(self) -> None:
        self.people = {
            member: [
                make_user(role, member=member) for role in (Role.OFFICER, Role.HEAD)
            ]
            + [make_user(Role.HEAD, member=member)]
            for member in MEMBERS
        }
        assert self.stocktake.opened_by is not None
        assert self.stocktake.second_reviewer is not None
        self.coordinators = [
            self.stocktake.opened_by,
            make_user(Role.COORDINATOR, member=CHAIR),
        ]
        self.second_reviewer = self.stocktake.second_reviewer

    def run(self, *, threads: int, acts: int, seed: int) -> None:
        start = threading.Barrier(threads)
        workers = [
            threading.Thread(target=self._work, args=(start, f"{seed}.{one}", acts))
            for one in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self, start: threading.Barrier, seed: str, acts: int) -> None:
        try:
            start.wait()
            chance = random.Random(seed)  # noqa: S311 - to be repeated, not guessed
            person = Person(self, chance)
            for number in range(acts):
                if number == acts * 9 // 10:
                    person.lets_the_stocktake_close()
                person.does_something()
        except BaseException as error:  # noqa: BLE001 - the test's own thread raises it
            self.broken.append(error)
        finally:
            connection.close()


class Person:
    """The user of one keyboard: many different people in the time of a test."""

    def __init__(self, crowd: Crowd, chance: random.Random) -> None:
        self.crowd = crowd
        self.chance = chance

    def does_something(self) -> None:
        acts: dict[Callable[[], None], int] = {
            self.moves_an_entry: 70,
            self.moves_many: 6,
            self.begins_an_entry: 12,
            self.comments: 6,
            self.grants_more_time: 2,
            self.tries_to_close: 1,
        }
        act = self.chance.choices(list(acts), list(acts.values()))[0]
        try:
            act()
        except REFUSALS as error:
            self.crowd.told[type(error).__name__] += 1

    # ---- Acts --------------------------------------------------------------------

    def moves_an_entry(self) -> None:
        entry = self._looks_at_one()
        if entry is None:
            return
        action, people, words = self._sensible(entry)
        # Between reading and acting, other people have acted.
        done = action(
            entry_id=entry.pk,
            version=entry.version,
            by=self.chance.choice(people),
            at=datetime.now(UTC),
            **words,
        )
        if done.pk == entry.pk:
            text = words.get("text")
            self._notes(entry, done.version, text.narrative if text else None)
        else:
            self._begins(done)

    def moves_many(self) -> None:
        state, batch, people = self.chance.choice(
            [
                (State.IN_CLEARANCE, bulk.Batch.CLEAR, self._members("JP")),
                (State.SUBMITTED, bulk.Batch.PUBLISH, self.crowd.coordinators),
                (State.DRAFT, bulk.Batch.SUBMIT, self._members("FR")),
            ]
        )
        chosen = list(self._entries().filter(state=state))
        items = [bulk.Item(entry.pk, entry.version) for entry in chosen]
        outcomes = bulk.run_batch(
            batch, items, by=self.chance.choice(people), at=datetime.now(UTC)
        )
        for entry, outcome in zip(chosen, outcomes, strict=True):
            # An act that was already done changes no version.
            if outcome.sentence == "Done.":
                self._notes(entry, entry.version + 1)

    def begins_an_entry(self) -> None:
        owed = self.chance.choice(self.crowd.owed)
        about: dict[str, Any] = {
            "member_commitment": owed,
            "by": self.chance.choice(self._members(owed.member_id)),
            "at": datetime.now(UTC),
        }
        if self.chance.random() < 0.3:
            self._begins(carry_forward(**about))
        else:
            self._begins(drafting.draft_entry(**about, text=self._text()))

    def comments(self) -> None:
        entry = self._looks_at_one()
        if entry is None:
            return
        comment = add_comment(
            entry_id=entry.pk,
            thread=self.chance.choice(Comment.Thread.values),
            body=self._words(),
            by=self.chance.choice(self._members(entry.member_code)),
            at=datetime.now(UTC),
        )
        self.crowd.commented.append(comment.pk)

    def grants_more_time(self) -> None:
        now = datetime.now(UTC)
        longer = Extension(ends_at=now + timedelta(days=self.chance.randint(30, 60)))
        longer.reason = "Because."
        extension = extensions.extend_stocktake(
            stocktake_id=self.crowd.stocktake.pk,
            version=Stocktake.objects.get(pk=self.crowd.stocktake.pk).version,
            extension=longer,
            by=self.chance.choice(self.crowd.coordinators),
            at=now,
        )
        self.crowd.extended.append(extension.ends_at)

    def tries_to_close(self) -> None:
        close_stocktake(
            stocktake_id=self.crowd.stocktake.pk,
            version=Stocktake.objects.get(pk=self.crowd.stocktake.pk).version,
            by=self.chance.choice(self.crowd.coordinators),
            at=datetime.now(UTC),
        )

    def lets_the_stocktake_close(self) -> None:
        entry = self.crowd.waiting
        try:
            done = review.return_entry(
                entry_id=entry.pk,
                version=entry.version,
                reason="Because.",
                by=self.crowd.coordinators[0],
                at=datetime.now(UTC),
            )
        except REFUSALS:
            return
        self._notes(entry, done.version)

    # ---- Choosing an act ---------------------------------------------------------

    def _sensible(self, entry: Entry) -> tuple[Callable[..., Entry], list[User], Any]:
        """Choose an act: mostly one that the state allows, sometimes another."""
        ours, theirs = self._members(entry.member_code), self._reviewers(entry)
        edit = (drafting.edit_entry, ours, {"text": self._text()})
        open_ways: dict[State, list[Any]] = {
            State.DRAFT: [
                edit,
                edit,
                (clearance.submit_entry, ours, {}),
                (clearance.submit_entry, ours, {}),
                (confirm_entry, ours, {"as_of": datetime.now(UTC).date()}),
                (drafting.discard_entry, ours, {}),
            ],
            State.IN_CLEARANCE: [
                (clearance.clear_entry, ours[1:], {}),
                (clearance.clear_entry, ours[1:], {}),
                (clearance.send_back_entry, ours[1:], REASON),
                (clearance.recall_entry, ours, {}),
            ],
            State.SUBMITTED: [
                (review.publish_entry, theirs, {}),
                (review.return_entry, theirs, REASON),
                (extensions.release_entry, self.crowd.coordinators, REASON),
                (clearance.recall_entry, ours, {}),
            ],
            State.PUBLISHED: [
                (amendments.correct_entry, ours, REASON),
                (amendments.withdraw_entry, ours, REASON),
            ],
        }
        ways: dict[State, list[Any]] = {
            **open_ways,
            State.RETURNED: open_ways[State.DRAFT],
        }
        state = State(entry.state)
        if state not in ways or self.chance.random() < 0.05:
            state = self.chance.choice(list(ways))
        way: tuple[Callable[..., Entry], list[User], Any]
        way = self.chance.choice(ways[state])
        return way

    def _looks_at_one(self) -> Entry | None:
        """Choose an entry in progress, if any: others choose the same ones."""
        found = self._entries()
        busy = list(found.exclude(state__in=[State.PUBLISHED, State.DISCARDED]))
        if not busy or self.chance.random() < 0.1:
            busy = list(found[:50])
        return self.chance.choice(busy) if busy else None

    def _entries(self) -> EntryQuerySet:
        left_alone = Entry.objects.exclude(pk=self.crowd.waiting.pk)
        return left_alone.select_related("member_commitment").order_by("pk")

    def _members(self, member: str) -> list[User]:
        return self.crowd.people[member]

    def _reviewers(self, entry: Entry) -> list[User]:
        is_chairs = entry.member_code == CHAIR
        return [self.crowd.second_reviewer] if is_chairs else self.crowd.coordinators

    def _words(self) -> str:
        return f"Word {self.chance.getrandbits(64):x}."

    def _text(self) -> EntryText:
        return EntryText(
            as_of=datetime.now(UTC).date() - timedelta(days=self.chance.randint(0, 3)),
            status="limited",
            narrative=self._words(),
            handling=self.chance.choice(Handling.values),
        )

    # ---- Records: appending to a list is safe between threads --------------------

    def _begins(self, entry: Entry) -> None:
        self.crowd.written.append(Written(entry.pk, 0, entry.version, entry.narrative))

    def _notes(self, entry: Entry, made: int, words: str | None = None) -> None:
        self.crowd.written.append(Written(entry.pk, entry.version, made, words))
