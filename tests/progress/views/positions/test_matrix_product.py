"""Every filter of the matrix, alone and in pairs, against an independent reading."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from progress.forms.matrix import MatrixForm
from progress.models import Entry, State
from progress.positions.clocks import Clocks
from progress.positions.matrix import build_matrix
from progress.positions.plan_table import plan_table
from progress.positions.viewpoint import Viewpoint
from tests.factories import make_entry, make_stocktake, member_commitment_of
from tests.progress.rule_3 import Said, position_seen

AMBER, RISK = {"handling": "amber"}, {"is_at_risk": True}
# A row for each entry: the commitment, the member, what it is, and how many days ago
# its fact held, it was submitted and it was published. "then" is the stocktake before.
WORLD: list[tuple[str, str, dict[str, Any], tuple[float, Any, Any]]] = [
    ("1.1.1", "JP", {"status": "limited", "in": "then"}, (50, 48, 46)),
    ("1.1.1", "JP", {"status": "substantial", "is_at_risk": True}, (5, 5, 4)),
    ("1.1.1", "FR", {"status": "limited", "in": "", **RISK}, (200, 195, 190)),
    ("1.1.1", "DE", {"status": "limited", **AMBER, **RISK}, (2, 1, 0)),
    ("1.1.1", "US", {"status": "implemented"}, (2, 1, 0)),
    ("1.2.1", "JP", {"status": "implemented", "in": "then"}, (60, 58, 50)),
    ("1.2.1", "JP", {"status": "limited", "state": "submitted"}, (3, 1, None)),
    ("1.2.1", "FR", {"status": "limited", "state": "draft"}, (3, None, None)),
    ("1.2.1", "US", {"status": "substantial", "in": "then"}, (60, 58, 50)),
    ("1.2.1", "US", {"status": "not_applicable"}, (6, 6, 5)),
    ("1.2.1", "GB", {"status": "substantial", "in": "then", **AMBER}, (60, 58, 50)),
    ("1.2.1", "GB", {"status": "limited"}, (6, 6, 5)),
    ("1.2.2", "JP", {"status": "not_started", "in": "then"}, (100, 58, 50)),
    ("1.2.2", "JP", {"status": "limited", "state": "draft"}, (3, None, None)),
    ("1.2.2", "CA", {"status": "limited", "in": "then"}, (60, 58, 50)),
    ("1.2.2", "CA", {"status": "limited", "is_at_risk": True}, (6, 6, 5)),
    ("1.2.2", "US", {"status": "not_started"}, (100, 6, 5)),
    ("2.1", "EU", {"status": "limited", "in": "then"}, (400, 58, 50)),
    ("2.1", "EU", {"status": "limited", **AMBER, "kind": "correction"}, (400, 2, 1)),
]  # fmt: skip
QUERIES = [
    *(f"status={part}" for part in (
        "implemented", "substantial", "limited", "not_started", "not_applicable",
        "no_update", "not_reported",
    )),
    *(f"change={change}" for change in ("up", "down", "same", "other", "new", "gone")),
    *(f"age={age}" for age in ("3-months", "6-months", "12-months", "before-summit")),
    *(f"state={state}" for state in ("draft", "in_clearance", "submitted", "returned")),
    "at_risk=yes", "late=yes", "silent=yes",
    "action=1", "action=2", "sub_area=1.2", "instrument=interpol",
    "member=JP&member=US",
]  # fmt: skip
PAIRS = [
    f"{one}&{other}"
    for one, other in combinations(QUERIES, 2)
    if one.split("=")[0] != other.split("=")[0]
][::3]
READERS = ("observer", "officer_jp", "coordinator")


@dataclass(frozen=True)
class Written:
    """An entry of the world, as plain data."""

    said: Said
    key: tuple[str, str]
    status: str
    state: str
    is_at_risk: bool
    submitted_at: datetime | None


@dataclass(frozen=True)
class World:
    """What was written, and the days that count."""

    plan: Any
    entries: list[Written]
    now: datetime
    due_at: datetime
    stocktake: Any
    closed_at: datetime
    summit_ended_on: date


@pytest.fixture
def world(plan, coordinator, second_reviewer, officer_jp) -> World:
    now = datetime.now(UTC)

    def ago(days: float) -> datetime:
        return now - timedelta(days=days)

    plan.summit.ends_on = ago(120).date()
    plan.summit.save(update_fields=["ends_on"])
    common = {"by": coordinator, "second_reviewer": second_reviewer}
    closed_at = ago(40)
    then = make_stocktake(
        plan, slug="then", **common, opens_at=ago(90), opened_at=ago(90),
        due_at=ago(55), grace_ends_at=ago(45), closed_at=closed_at,
        closed_by=coordinator,
    )  # fmt: skip
    due_at = ago(3)
    current = make_stocktake(plan, slug="now", **common, due_at=due_at)
    stocktakes = {"now": current, "then": then, "": None}
    written: list[Written] = []
    # The ledger takes publications in the order of their instants.
    in_order = sorted(WORLD, key=lambda row: 0.0 if row[3][2] is None else -row[3][2])
    for code, member, fields, days in in_order:
        given = dict(fields)
        state, stocktake = given.pop("state", "published"), given.pop("in", "now")
        held, submitted, published = days
        if given.get("kind") == "correction":
            [first] = [one for one in written if one.key == (code, member)]
            given |= {"reason": "A slip.", "supersedes_id": first.said.pk}
        if submitted is not None:
            given["submitted_at"] = ago(submitted)
        if published is not None:
            given["published_at"] = ago(published) - timedelta(minutes=1)
        row = member_commitment_of(plan, code, member)
        entry = make_entry(
            row, by=officer_jp, state=State(state), stocktake=stocktakes[stocktake],
            as_of=ago(held).date(), **given,
        )  # fmt: skip
        written.append(plain(entry, (code, member)))
    return World(plan, written, now, due_at, current.pk, closed_at, plan.summit.ends_on)


def plain(entry: Entry, key: tuple[str, str]) -> Written:
    never = datetime.max.replace(tzinfo=UTC)
    said = Said(
        entry.as_of, entry.published_at or never, entry.handling, entry.kind,
        entry.supersedes_id, 0, entry.stocktake_id, entry.pk,
    )  # fmt: skip
    submitted_at = entry.submitted_at if entry.state != State.DRAFT else None
    return Written(said, key, entry.status, entry.state, entry.is_at_risk, submitted_at)


def sees(reader: str, one: Written) -> bool:
    """Rule 4 for these three readers."""
    if reader == "officer_jp" and one.key[1] == "JP":
        return True
    if one.state != "published":
        return reader == "coordinator" and one.state == "submitted"
    return one.said.handling != "amber" or reader == "coordinator"


def months_between(day: date, at: date) -> int:
    months = (at.year - day.year) * 12 + at.month - day.month
    return months - (at.day < day.day)


SCALE = ["not_started", "limited", "substantial", "implemented"]


def change_between(before: str, now: str) -> str:
    if before == now:
        return "same" if now else ""
    if not before or not now:
        return "new" if now else "gone"
    if {before, now} - {*SCALE}:
        return "other"
    return "up" if SCALE.index(now) > SCALE.index(before) else "down"


def came_late(world: World, seen: list[Written]) -> bool:
    """Whether the first update seen of the stocktake came after its deadline."""
    ours = [
        one.submitted_at
        for one in seen
        if one.said.stocktake == world.stocktake
        and one.said.kind == "update"
        and one.submitted_at
    ]
    return bool(ours) and min(ours) > world.due_at


def ages_of(world: World, shown: Written | None) -> set[str]:
    if shown is None:
        return set()
    months = months_between(shown.said.as_of, world.now.date())
    ages = {f"{number}-months" for number in (3, 6, 12) if months >= number}
    is_older = shown.said.published_at.date() <= world.summit_ended_on
    return ages | ({"before-summit"} if is_older else set())


def facts(world: World, reader: str, key: tuple[str, str]) -> dict[str, set[str]]:
    """By filter, the values that fit this cell."""
    here = [one for one in world.entries if one.key == key]
    seen = {one.said.pk: one for one in here if sees(reader, one)}
    by_key = {one.said.pk: one for one in here}
    known = [one.said for one in here if one.state == "published"]

    def position(at: datetime) -> Written | None:
        found = position_seen(known, lambda said: said.pk in seen, at.date(), at)
        return by_key[found.pk] if found else None

    shown, before = (
        position(world.now),
        position(world.closed_at + timedelta(seconds=1)),
    )
    is_current = shown is not None and shown.said.stocktake == world.stocktake
    states = {one.state for one in seen.values() if one.state != "published"}
    part = "not_reported"
    if shown:
        part = shown.status if is_current else "no_update"
    is_late = came_late(world, list(seen.values()))
    code, member = key
    flags = {
        "at_risk": shown is not None and shown.is_at_risk,
        "late": is_late and (is_current or "submitted" in states),
        "silent": not is_current,
    }
    return {
        "status": {part},
        "change": {change_between(_status(before), _status(shown))},
        "age": ages_of(world, shown),
        "state": states,
        "action": {code[0]},
        "sub_area": {code[:3]} if code.count(".") == 2 else set(),
        "instrument": {"interpol"} if code == "1.2.2" else set(),
        "member": {member},
        **{name: {"yes"} if is_so else set() for name, is_so in flags.items()},
    }  # fmt: skip


def _status(one: Written | None) -> str:
    return one.status if one else ""


def expected(world: World, reader: str, query: str) -> set[tuple[str, str]]:
    asked = dict(QueryDict(query).lists())
    keys = [
        (code, member)
        for code in ("1.1.1", "1.2.1", "1.2.2", "2.1")
        for member in ("CA", "FR", "DE", "IT", "JP", "GB", "US", "EU")
    ]
    return {
        key
        for key in keys
        if all(
            facts(world, reader, key)[name] & set(values)
            for name, values in asked.items()
        )
    }


def check(world: World, reader, name: str, queries: list[str]) -> None:
    table = plan_table(world.plan.slug, on=world.now.date())
    assert table is not None
    viewpoint = Viewpoint.of(
        reader, world.now, plan=table.plan, clocks=Clocks.now(world.now)
    )
    for query in queries:
        form = MatrixForm(QueryDict(query), now=world.now, table=table, none_label="-")
        assert form.is_valid_in(viewpoint.stocktake), (query, form.errors)
        shown = build_matrix(table, viewpoint, form.choice())
        found = {
            (row.line.commitment.code, cell.member.code)
            for row in shown.rows
            for cell in row.cells
            if cell and not cell.face.is_aside
        }
        assert found == expected(world, name, query), query
        # No row is left without a cell of its own.
        assert {code for code, _member in found} == {
            row.line.commitment.code for row in shown.rows
        }, query


@pytest.fixture
def in_utc():
    with timezone.override(UTC):
        yield


@pytest.mark.parametrize("name", READERS)
def test_each_filter_shows_what_the_independent_reading_gives(
    world, name, request, in_utc
):
    check(world, request.getfixturevalue(name), name, ["", *QUERIES])


@pytest.mark.long
@pytest.mark.parametrize("name", READERS)
def test_two_filters_show_what_fits_both_in_one_pair_of_three(
    world, name, request, in_utc
):
    check(world, request.getfixturevalue(name), name, PAIRS)


def test_the_world_has_a_cell_for_nearly_every_filter(world):
    """Otherwise an empty page would prove nothing."""
    empty = {
        query
        for query in QUERIES
        if not any(expected(world, name, query) for name in READERS)
    }
    assert empty == {"state=in_clearance", "state=returned"}
