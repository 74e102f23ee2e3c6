"""Who reads a report: the table of docs/reports.md, against `visible_to`.

The rule is read a second time here, from the table and in other words. Each report is
tried with each reader, before a handover and at its instant.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Presidency, Role, Scope, User
from commitments.models import Plan
from reports.models import Report, Schedule
from tests.factories import CHAIR, FORMER_CHAIR, NEXT_CHAIR, make_user
from tests.reports.circulation.circulated_reports import (
    DONE,
    approve,
    circulate,
    final_of,
)
from tests.source_files import ROOT

pytestmark = pytest.mark.django_db

LABELS = ("clear", "green", "amber")
DRAFT, CIRCULATED, BROKEN, WAITING, FINAL = STATES = (
    "draft",
    "circulated",
    "silence broken",
    "final, not compiled",
    "final",
)
PRESIDENCY, DELEGATION, OBSERVERS, THEIR_KEY, KEY, ADMINISTRATOR = READERS = (
    "present Presidency",
    "delegations",
    "observers and assessors",
    "keys of a delegation",
    "other keys",
    "administrators",
)


def documented() -> dict[tuple[str, str], int]:
    """The first table of docs/reports.md: how many labels each reader reads."""
    text = (ROOT / "docs/reports.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    first = next(row for row in rows if row[0] == "report")
    assert tuple(first[1:]) == READERS
    found = {
        (row[0], reader): 0 if cell == "–" else LABELS.index(cell) + 1
        for row in rows[rows.index(first) + 2 :][: len(STATES)]
        for reader, cell in zip(READERS, row[1:], strict=True)
    }
    assert {state for state, _reader in found} == set(STATES)
    return found


TABLE = documented()


@dataclass(frozen=True)
class Reader:
    """Someone who looks for reports, with the rights that they have now."""

    name: str
    roles: tuple[Role, ...] = ()
    member: str | None = None
    scopes: tuple[Scope, ...] | None = None
    # Until a while ago it was another member's, or another role.
    was: tuple[Role, str] | None = None
    is_active: bool = True

    @property
    def columns(self) -> set[str]:
        """In which columns of the table the reader is, but for the Presidency."""
        if self.scopes is not None:
            return {THEIR_KEY if self.member else KEY}
        names = {
            Role.ADMINISTRATOR: ADMINISTRATOR,
            Role.OBSERVER: OBSERVERS,
            Role.ASSESSOR: OBSERVERS,
        }
        return {names.get(role, DELEGATION) for role in self.roles if self.is_active}

    def chairs(self, chair: str) -> bool:
        is_coordinator = self.scopes is None and Role.COORDINATOR in self.roles
        return is_coordinator and self.member == chair and self.is_active

    @property
    def labels(self) -> int:
        """How many labels they read of all members, whatever is there."""
        if self.scopes is None:
            return 2 if self.columns - {ADMINISTRATOR} else 0
        if Scope.READ_REPORTS not in self.scopes:
            return 0
        return 2 if Scope.READ_GREEN in self.scopes else Scope.READ_CLEAR in self.scopes

    def reads_own(self, member: str | None) -> bool:
        """Whether they read amber reports on this member, if they asked for them."""
        if self.scopes is not None:
            may = {Scope.READ_REPORTS, Scope.READ_OWN} <= set(self.scopes)
            return may and self.member == member is not None
        is_officer = {Role.OFFICER, Role.HEAD} & set(self.roles)
        return bool(is_officer) and self.member == member and self.is_active


def key(*scopes: Scope, member: str | None = None) -> Reader:
    role = Role.OFFICER if member else Role.OBSERVER
    name = " ".join(("key", member or "", *sorted(scopes)))
    return Reader(name, (role,), member, tuple(scopes))


ALL = tuple(Scope)
READ, CLEAR, GREEN, OWN = (
    Scope.READ_REPORTS,
    Scope.READ_CLEAR,
    Scope.READ_GREEN,
    Scope.READ_OWN,
)
PEOPLE = [
    Reader("contributor", (Role.CONTRIBUTOR,), "JP"),
    Reader("officer", (Role.OFFICER,), "JP"),
    Reader("head", (Role.HEAD,), "JP"),
    Reader("officer elsewhere", (Role.OFFICER,), "FR"),
    Reader("officer, before of JP", (Role.OFFICER,), "FR", was=(Role.OFFICER, "JP")),
    Reader(
        "contributor, before head", (Role.CONTRIBUTOR,), "JP", was=(Role.HEAD, "JP")
    ),
    Reader("observer, before officer", (Role.OBSERVER,), was=(Role.OFFICER, "JP")),
    Reader("no role, before officer", (), was=(Role.OFFICER, "JP")),
    Reader("officer, deactivated", (Role.OFFICER,), "JP", is_active=False),
    Reader("coordinator", (Role.COORDINATOR,), CHAIR),
    Reader("coordinator, deactivated", (Role.COORDINATOR,), CHAIR, is_active=False),
    Reader("officer of the chair", (Role.OFFICER,), CHAIR),
    Reader("head of the chair", (Role.HEAD,), CHAIR),
    Reader("former coordinator", (Role.COORDINATOR,), FORMER_CHAIR),
    Reader("next coordinator", (Role.COORDINATOR,), NEXT_CHAIR),
    Reader("coordinator elsewhere", (Role.COORDINATOR, Role.OFFICER), "GB"),
    Reader("observer", (Role.OBSERVER,)),
    Reader("assessor", (Role.ASSESSOR,)),
    Reader("administrator", (Role.ADMINISTRATOR,)),
    Reader("administrator of the chair", (Role.ADMINISTRATOR,), CHAIR),
    Reader("administrator who observes", (Role.ADMINISTRATOR, Role.OBSERVER)),
    Reader("no role"),
]
KEYS = [
    key(*scopes, member=member)
    for member in (None, "JP", CHAIR)
    for scopes in (
        (READ,),
        (READ, CLEAR),
        (READ, CLEAR, GREEN),
        (READ, GREEN),
        (READ, OWN),
        (CLEAR, GREEN, OWN, Scope.COMPILE_REPORTS),
        ALL,
    )
]


@dataclass(frozen=True)
class Case:
    """A report as it was made, beside its row."""

    kind: str
    audience: str
    # None for one that a person or key asked for alone.
    state: str | None
    requester: str
    member: str | None = None


def may_read(reader: Reader, case: Case, chair: str) -> bool:
    """The rule, read a second time."""
    needed = LABELS.index(case.audience) + 1
    if case.state is None:
        if reader.name != case.requester:
            return False
        is_own = case.kind == "member" and reader.reads_own(case.member)
        return needed <= reader.labels or is_own
    if reader.chairs(chair):
        return needed <= TABLE[case.state, PRESIDENCY]
    shown = max((TABLE[case.state, name] for name in reader.columns), default=0)
    return needed <= min(shown, reader.labels)


# ---- The reports -------------------------------------------------------------------

KINDS = ("stocktake", "member", "brief", "changes", "gaps")
REQUESTERS = [one for one in (*PEOPLE, *KEYS) if one.roles or one.was]


def cases() -> list[Case]:
    """Every kind in every state that it can have, and what each reader asked for."""
    found = [
        Case(kind, audience, state, by, member="JP" if kind == "member" else None)
        for kind in KINDS
        for audience in (("amber",) if kind == "gaps" else LABELS)
        for state in STATES
        for by in ("coordinator", "former coordinator", "schedule")
        if audience != "amber" or state == DRAFT
    ]
    for reader in REQUESTERS:
        own = reader.was[1] if reader.was else reader.member
        found += [
            Case("member", audience, None, reader.name, member=own or "JP")
            for audience in LABELS
        ]
        found += [
            Case(kind, audience, None, reader.name)
            for kind in ("stocktake", "brief", "changes")
            for audience in ("clear", "green")
        ]
    return found


class Shelf:
    """All the reports, and the people who asked for them."""

    def __init__(self, plan: Plan, now: datetime) -> None:
        self.plan, self.now = plan, now.replace(microsecond=0)
        self.users = {one.name: self._user(one) for one in (*PEOPLE, *KEYS)}
        self.second = make_user(Role.COORDINATOR, member=CHAIR)
        self.objecting = make_user(Role.HEAD, member="JP")
        self.schedule = Schedule.objects.create(
            plan=plan,
            audience="green",
            rhythm="at_close",
            created_at=self.now,
            done_until=self.now,
            created_by=self.users["coordinator"],
        )
        self.reports: dict[Report, Case] = {}

    def _user(self, reader: Reader) -> User:
        user = make_user(
            *reader.roles,
            member=reader.member,
            is_service=reader.scopes is not None,
            is_active=reader.is_active,
        )
        if reader.scopes is not None:
            user.scopes = frozenset(reader.scopes)
        return user

    def fill(self, wanted: list[Case]) -> None:
        made = {case: self._made(number, case) for number, case in enumerate(wanted)}
        Report.objects.bulk_create(made.values())
        for case, report in made.items():
            self.reports[self._advanced(report, case)] = case

    def _made(self, number: int, case: Case) -> Report:
        values: dict[str, Any] = {}
        if case.kind == "brief":
            values["action"] = self.plan.actions.all()[0]
        if case.kind == "changes":
            since = self.now - timedelta(days=50)
            values |= {"since_at": since.date(), "since_known_at": since}
        if case.requester == "schedule":
            at = self.now + timedelta(seconds=number)
            values |= {"schedule": self.schedule, "scheduled_for": at}
        else:
            values["requested_by"] = self.users[case.requester]
        return Report(
            plan=self.plan,
            kind=case.kind,
            member_id=case.member,
            audience=case.audience,
            at=self.now.date(),
            known_at=self.now,
            requested_at=self.now,
            finished_at=self.now,
            is_of_presidency=case.state is not None,
            **DONE,
            **values,
        )

    def _advanced(self, report: Report, case: Case) -> Report:
        """Circulate it, and make it final, as far as its case says."""
        if case.state in {None, DRAFT}:
            return report
        by, ended = self.users["coordinator"], self.now - timedelta(days=1)
        objecting = [self.objecting] if case.state == BROKEN else []
        sent = circulate(report, by=by, ends_at=ended, objecting=objecting)
        if case.state in {CIRCULATED, BROKEN}:
            return report
        approve(sent, by, self.second)
        self.reports[report] = Case(
            case.kind, case.audience, CIRCULATED, case.requester
        )
        done = {**DONE, "finished_at": self.now} if case.state == FINAL else {}
        final = final_of(report, by=self.second, **done)
        final.save()
        return final


def wrong_at(shelf: Shelf, reader: Reader, at: datetime, chair: str) -> list[str]:
    """Name the reports that this reader sees and should not, or the other way."""
    # `visible_to` keeps who has the chair with the object of a user.
    user = User.objects.get(pk=shelf.users[reader.name].pk)
    user.scopes = shelf.users[reader.name].scopes
    seen = set(Report.objects.visible_to(user, at).values_list("pk", flat=True))
    return [
        f"{reader.name}: {case}, {'seen' if report.pk in seen else 'not seen'}"
        for report, case in shelf.reports.items()
        if (report.pk in seen) != may_read(reader, case, chair)
    ]


def check(shelf: Shelf, readers: list[Reader]) -> None:
    handover = Presidency.objects.get(member=CHAIR).ends_at
    second = timedelta(microseconds=1)
    for reader in readers:
        assert wrong_at(shelf, reader, datetime.now(UTC), CHAIR) == []
        assert wrong_at(shelf, reader, handover - second, CHAIR) == []
        assert wrong_at(shelf, reader, handover, NEXT_CHAIR) == []


def test_the_table_is_what_readers_see(plan, chair, now):
    """A part: the kind that has no rule of its own, and the readers that differ."""
    shelf = Shelf(plan, now)
    some = {"stocktake", "gaps"}
    shelf.fill([one for one in cases() if one.kind in some or one.state is None][::2])
    check(shelf, [*PEOPLE[::3], *KEYS[::4]])


@pytest.mark.long
def test_the_table_is_what_every_reader_sees_of_every_report(plan, chair, now):
    shelf = Shelf(plan, now)
    shelf.fill(cases())
    check(shelf, [*PEOPLE, *KEYS])


def test_each_cell_of_the_table_is_tried():
    """Otherwise, a column that no reader is in would prove nothing."""
    tried = {name for one in (*PEOPLE, *KEYS) for name in one.columns}
    assert tried | {PRESIDENCY} == set(READERS)
    assert {one.state for one in cases()} == {*STATES, None}
