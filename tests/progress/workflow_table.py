"""Rule 1 as a table written by hand, and a world in which each cell can be tried.

A cell holds the entry's new state, or why it has none. 404: rule 4 hides the entry.
403: the user may read it but not act on it. 409: its state does not allow the act.
The entries are Japan's, unless a column names another member's. The reviewer of the
chair's own entries is the second one.
"""

import csv
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction

from accounts.actions.acting_heads import end_acting_head, name_acting_head
from accounts.models import Member, Role, User
from commitments.models import Plan
from progress.actions.drafting import add_author
from progress.models import Entry, State, Stocktake
from tests.factories import (
    CHAIR,
    FORMER_CHAIR,
    assign,
    make_entry,
    make_user,
    member_commitment_of,
)
from tests.samples import covering
from tests.tables import SESSIONS, changed_tables, hashes_of_tables

Row = dict[str, str]
LINES = (Path(__file__).parent / "workflow.csv").read_text("utf-8").splitlines()
TABLE: list[Row] = list(csv.DictReader(LINES))
PEOPLE = list(TABLE[0])[4:]
DAY = timedelta(days=1)
REFUSALS = {"404", "403", "409"}
STATES = list(dict.fromkeys(row["state"] for row in TABLE))

# The person of a column: role and member; and the entry's member, if not Japan.
CAST: dict[str, tuple[Role, str | None]] = {
    "contributor_assigned": (Role.CONTRIBUTOR, "JP"),
    "contributor_unassigned": (Role.CONTRIBUTOR, "JP"),
    "officer": (Role.OFFICER, "JP"),
    "head": (Role.HEAD, "JP"),
    "head_who_wrote_it": (Role.HEAD, "JP"),
    "acting_head": (Role.OFFICER, "JP"),
    "acting_head_who_wrote_it": (Role.OFFICER, "JP"),
    "acting_head_not_yet": (Role.OFFICER, "JP"),
    "acting_head_over": (Role.OFFICER, "JP"),
    "officer_other": (Role.OFFICER, "FR"),
    "head_other": (Role.HEAD, "FR"),
    "coordinator": (Role.COORDINATOR, CHAIR),
    "coordinator_own_entry": (Role.COORDINATOR, CHAIR),
    "second_reviewer_chair_entry": (Role.COORDINATOR, "GB"),
    "second_reviewer_other_entry": (Role.COORDINATOR, "GB"),
    "former_coordinator": (Role.COORDINATOR, FORMER_CHAIR),
    "former_coordinator_own_entry": (Role.COORDINATOR, FORMER_CHAIR),
    "observer": (Role.OBSERVER, None),
    "assessor": (Role.ASSESSOR, None),
    "administrator": (Role.ADMINISTRATOR, None),
}
MEMBERS = {
    "coordinator_own_entry": CHAIR,
    "second_reviewer_chair_entry": CHAIR,
    "former_coordinator_own_entry": FORMER_CHAIR,
}


# Who acts as head of delegation now.
ACTING = frozenset({"acting_head", "acting_head_who_wrote_it"})
# Whose entry they changed themselves.
AUTHORS = frozenset({"head_who_wrote_it", "acting_head_who_wrote_it"})


def rows_of(state: str, skips_clearance: str) -> list[Row]:
    """Return one row for each verb: these rows share a world."""
    return [
        row
        for row in TABLE
        if (row["state"], row["skips_clearance"]) == (state, skips_clearance)
    ]


def name_of(row: Row) -> str:
    return f"{row['verb']}-{row['state']}-skips-{row['skips_clearance']}"


def cell_name(row: Row, person: str) -> str:
    return f"{name_of(row)}-{person}"


def features(cell: tuple[Row, str]) -> set[Hashable]:
    """Return what the daily part must have: each answer of a row, and of a person."""
    row, person = cell
    verb, state = row["verb"], row["state"]
    return {
        (verb, state, row["skips_clearance"], row[person]),
        (person, verb, row[person]),
        (person, state),
    }


CELLS = [(row, person) for row in TABLE for person in PEOPLE]
EVERY_DAY = {
    cell_name(*cell)
    for cell in covering(CELLS, features=features, name=lambda cell: cell_name(*cell))
}
THE_REST = {cell_name(*cell) for cell in CELLS} - EVERY_DAY


class World:
    """The cast, and entries in one state; nothing that is refused may change them."""

    def __init__(
        self, plan: Plan, stocktake: Stocktake, state: str, skips_clearance: str
    ) -> None:
        self.plan = plan
        self.stocktake = stocktake
        self.state = State(state)
        assert stocktake.second_reviewer is not None
        second = stocktake.second_reviewer
        self.people = {
            name: second
            if name.startswith("second_reviewer")
            else make_user(role, member=member, name=name)
            for name, (role, member) in CAST.items()
        }
        assign(
            self.people["contributor_assigned"],
            member_commitment_of(plan, "1.2.2", "JP"),
        )

        self._name_acting_heads()
        Member.objects.update(skips_clearance=skips_clearance == "yes")
        self.entries = self._entries()

    def _name_acting_heads(self) -> None:
        at = now()
        head = self.people["head"]
        for name in (*sorted(ACTING), "acting_head_over"):
            person = self.people[name]
            named = name_acting_head(
                user=person, starts_at=None, ends_at=at + DAY, by=head, at=at
            )
        end_acting_head(acting_head_id=named.pk, by=head, at=at)
        name_acting_head(
            user=self.people["acting_head_not_yet"],
            starts_at=at + DAY,
            ends_at=at + 2 * DAY,
            by=head,
            at=at,
        )

    def _entries(self) -> dict[str, Entry]:
        """Return, by column, the entry of its cells."""
        by_member = {
            member: self._entry("1.2.2", make_user(Role.OFFICER, member=member))
            for member in ("JP", CHAIR, FORMER_CHAIR)
        }
        entries = {name: by_member[MEMBERS.get(name, "JP")] for name in PEOPLE}
        # Their entry was changed once more, by an officer: it is still theirs as well.
        own = self._entry("1.2.1", make_user(Role.OFFICER, member="JP"))
        for name in AUTHORS:
            add_author(own, by=self.people[name], at=own.written_at)
        return {**entries, **dict.fromkeys(AUTHORS, own)}

    def _entry(self, code: str, by: User) -> Entry:
        assert by.member_id is not None
        mine = member_commitment_of(self.plan, code, by.member_id)
        entry = make_entry(
            mine, by=by, state=self.state, stocktake=self.stocktake, evidence=1
        )
        return Entry.objects.with_successors().get(pk=entry.pk)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def check_result(entry: Entry, expected: str) -> None:
    """Check the state that the cell gives: of the entry, or of its new successor."""
    entry = Entry.objects.get(pk=entry.pk)
    if expected == "new draft":
        assert entry.state == State.PUBLISHED
        entry = Entry.objects.get(supersedes=entry)
        expected = State.DRAFT
    assert entry.state == expected


def check_cells(
    rows: list[Row], check: Callable[[Row, str], None], *, part: Collection[str] = ()
) -> None:
    """Check each cell in turn, or each of a part, and name all that fail."""
    failures = {}
    for row in rows:
        for name in PEOPLE:
            cell = cell_name(row, name)
            if part and cell not in part:
                continue
            try:
                check(row, name)
            except AssertionError as error:
                failures[cell] = f"not {row[name]}: {error}"
    assert not failures


@contextmanager
def nothing_changes() -> Iterator[None]:
    """What happens inside leaves every table as it was; sessions come and go."""
    before = hashes_of_tables(but=SESSIONS)
    yield
    assert not changed_tables(before, hashes_of_tables(but=SESSIONS))


def now() -> datetime:
    return datetime.now(UTC)
