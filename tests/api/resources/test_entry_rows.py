"""The list of entries is read as values: it must say what the serializer says."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from rest_framework.renderers import JSONRenderer

from accounts.models import Scope, User
from api.clocks import clocks_of
from api.resources.entries import EntryOut
from api.resources.entry_list import COMMITMENT_PATH
from api.resources.entry_rows import entries_for, entry_rows
from api.resources.positions import PositionOut, positions_for
from commitments.models import MemberCommitment, Plan
from commitments.tracking import LeadAndTarget, leads_and_targets
from progress.models import Assignment, Entry, Handling, State
from progress.positions.position import with_evidence
from progress.transitions import Verb
from tests.api.conftest import client_with, results, store_key
from tests.factories import (
    CHAIR,
    add_evidence,
    add_file,
    make_entry,
    make_plan,
    set_lead_and_target,
)
from tests.samples import DAILY_AND_LONG, pairs_of

AT_WORK = (State.DRAFT, State.IN_CLEARANCE, State.SUBMITTED, State.RETURNED)


KEYS: list[tuple[str | None, list[Scope]]] = [
    (None, [Scope.READ_CLEAR]),
    (None, [Scope.READ_CLEAR, Scope.READ_GREEN]),
    ("JP", [Scope.READ_OWN]),
    ("JP", [Scope.READ_OWN, Scope.READ_GREEN]),
    ("JP", [Scope.READ_OWN, Scope.WRITE_ENTRIES]),
    (CHAIR, [Scope.READ_OWN, Scope.READ_GREEN, Scope.WRITE_ENTRIES]),
]


@pytest.fixture
def people(
    contributor_jp,
    officer_jp,
    head_jp,
    officer_fr,
    coordinator,
    officer_of_the_chair,
    former_coordinator,
    second_reviewer,
    observer,
    assessor,
):
    return [
        contributor_jp,
        officer_jp,
        head_jp,
        officer_fr,
        coordinator,
        officer_of_the_chair,
        former_coordinator,
        second_reviewer,
        observer,
        assessor,
    ]


@pytest.fixture
def every_kind(plan, people, stocktake, head_jp, officer_jp, contributor_jp):
    """Every state, handling and kind, of two members, with and without a successor."""
    for slug in ("b", "c", "d"):
        make_plan(slug)
    for member in ("JP", CHAIR):
        owed = iter(MemberCommitment.objects.filter(member=member).order_by("pk"))
        for state, handling in product(AT_WORK, Handling):
            first = next(owed)
            make_entry(first, by=officer_jp, state=state, handling=handling)
            Assignment.objects.get_or_create(
                user=contributor_jp, member_commitment=first
            )
        for one in MemberCommitment.objects.filter(member=member):
            set_lead_and_target(one, f"Ministry of {member}", date(2017, 12, 1))
        superseded(next(owed), by=officer_jp)
        filled(next(owed), by=head_jp, stocktake=stocktake)


def superseded(owed, *, by):
    """Published entries of each label, each with a successor of each kind and state."""
    make_entry(owed, by=by, state=State.DISCARDED)
    for before, after, kind, state in product(
        (Handling.GREEN, Handling.AMBER),
        (Handling.CLEAR, Handling.AMBER),
        ("correction", "withdrawal"),
        (State.DRAFT, State.SUBMITTED, State.PUBLISHED, State.DISCARDED),
    ):
        first = make_entry(owed, by=by, state=State.PUBLISHED, handling=before)
        make_entry(
            owed,
            by=by,
            state=state,
            kind=kind,
            supersedes=first,
            reason="A slip.",
            handling=after,
        )


def filled(owed, *, by, stocktake):
    """Entries with evidence of every kind, late, carried forward, or half empty."""
    late = make_entry(
        owed,
        by=by,
        stocktake=stocktake,
        submitted_at=stocktake.due_at + timedelta(seconds=1),
        state=State.PUBLISHED,
        evidence=2,
        file_name="protocol.txt",
        language="ja",
        is_at_risk=True,
    )
    make_entry(
        owed,
        by=by,
        state=State.PUBLISHED,
        as_of=late.as_of + timedelta(days=1),
        unchanged_since=late.as_of,
        confirmed_at=late.written_at,
        confirmed_by=by,
    )
    # Carried forward by the system: no person has changed it yet.
    carried = Entry.objects.create(
        member_commitment=owed,
        as_of=late.as_of,
        unchanged_since=late.as_of,
        written_at=late.written_at,
        written_by=by,
    )
    add_file(carried, by=by)
    add_evidence(
        carried, by=by, position=1, kind="citation", url="", citation="Annex 1"
    )


def request_of(user, at) -> Any:
    request: Any = RequestFactory().get("/")
    request.user, request.at = user, at
    return request


def serialized(user, at):
    """Return the entries of a reader as EntryOut shows them, by id."""
    request = request_of(user, at)
    entries = with_evidence(entries_for(request)).prefetch_related(
        "member_commitment__assignments", "authors"
    )
    rows = entries.select_related(f"{COMMITMENT_PATH}plan", "stocktake")
    shown = EntryOut(rows, many=True, context={"request": request}).data
    return {row["id"]: row for row in json.loads(JSONRenderer().render(shown))}


def listed(client):
    return {row["id"]: row for row in results(client, "entries/", page_size=1000)}


def test_the_list_says_to_everyone_what_the_serializer_says(
    every_kind, people, signed_in, now
):
    seen: Counter[str] = Counter()
    verbs: set[str] = set()
    for person in people:
        rows = listed(signed_in(person))
        assert rows == serialized(User.objects.get(pk=person.pk), now), person.name
        seen[person.name] = len(rows)
        verbs |= {verb for row in rows.values() for verb in row["allowed"]}
    # The rows differ from reader to reader, and each verb is open to one of them.
    assert len(set(seen.values())) > 2
    assert verbs == set(Verb)


@pytest.mark.long
def test_the_list_says_to_every_key_what_the_serializer_says(every_kind, now):
    seen: set[int] = set()
    for member, scopes in KEYS:
        key, token = store_key(*scopes, member=member)
        key.user.scopes = frozenset(scopes)
        rows = listed(client_with(token))
        assert rows == serialized(key.user, now), scopes
        seen.add(len(rows))
    assert len(seen) > 2


@pytest.mark.long
def test_a_row_that_its_reader_lost_is_left_out(every_kind, observer, now):
    """It is no longer visible when its values are read, after its place was."""
    request = request_of(observer, now)
    seen = list(entries_for(request).values_list("pk", flat=True))
    keys = list(Entry.objects.values_list("pk", flat=True))
    assert {row["id"] for row in entry_rows(request, keys)} == set(seen)
    assert len(keys) > len(seen) > 0


@pytest.mark.long
def test_rows_keep_the_order_of_their_keys(every_kind, observer, now):
    request = request_of(observer, now)
    in_order = entries_for(request).order_by("as_of", "pk")
    keys = list(in_order.values_list("pk", flat=True))
    assert [row["id"] for row in entry_rows(request, keys)] == keys
    assert [row["id"] for row in entry_rows(request, keys[::-1])] == keys[::-1]


def serialized_positions(user, plan, **given):
    """Return the positions of a plan as PositionOut shows them, in order.

    A lead authority shows beside a position, and to those who read all of the member.
    """
    request = request_of(user, datetime.now(UTC))
    request.query_params = given
    known = leads_and_targets(Plan.objects.get(slug=plan), clocks_of(request).known_at)
    is_narrowed = given.get("audience") in {"clear", "green"}

    def lead_and_target(one):
        reads_own = user.may(Scope.READ_OWN) and user.delegation == one.member_id
        reads_all = user.is_presidency(request.at) or reads_own
        if one.pk in entries or (reads_all and not is_narrowed):
            return known.get((one.commitment_id, one.member_id), LeadAndTarget())
        return LeadAndTarget()

    owed = MemberCommitment.objects.filter(commitment__plan__slug=plan)
    entries = {
        entry.member_commitment_id: entry
        for entry in positions_for(request, owed).select_related("stocktake")
    }
    listed_positions = [
        SimpleNamespace(
            member_commitment=one,
            entry=entries.get(one.pk),
            lead_authority=lead_and_target(one).lead_authority,
            target_on=lead_and_target(one).target_on,
        )
        for one in owed.order_by("commitment__position", "member_id")
    ]
    shown = PositionOut(listed_positions, many=True).data
    rows = json.loads(JSONRenderer().render(shown))
    for row in rows:
        assert row.pop("expanded_entry") is None  # no request asked for it
    return rows, len(entries)


@pytest.mark.parametrize("is_daily", DAILY_AND_LONG)
def test_positions_say_to_everyone_what_the_serializer_says(
    every_kind, people, signed_in, is_daily
):
    counts = set()
    plans = {slug: slug for slug in ("test-plan", "b", "c", "d")}
    readers = {person.name: person for person in people}
    for person, plan in pairs_of(readers, plans, is_daily=is_daily):
        rows = results(signed_in(person), "positions/", plan=plan, page_size=1000)
        expected, count = serialized_positions(User.objects.get(pk=person.pk), plan)
        assert rows == expected, (person.name, plan)
        counts.add(count)
    assert max(counts) > 0


@pytest.mark.long
def test_positions_say_to_every_key_and_at_past_clocks_what_the_serializer_says(
    plan, officer_jp
):
    """The SQL of a kind of reader is kept: other clocks and labels use it again."""
    owed = MemberCommitment.objects.get(commitment__code="1.2.2", member="JP")
    empty = MemberCommitment.objects.get(commitment__code="2.1", member="JP")
    for one, day in product((owed, empty), (5, 25)):
        known_from = datetime(2017, 3, day, tzinfo=UTC)
        set_lead_and_target(one, f"Known since {day} March", None, at=known_from)
    for day, handling in ((1, "green"), (20, "clear"), (25, "amber")):
        make_entry(
            owed,
            by=officer_jp,
            state=State.PUBLISHED,
            handling=handling,
            as_of=date(2017, 2, day),
            published_at=datetime(2017, 3, day, tzinfo=UTC),
        )
    found, leads = set(), set()
    for (member, scopes), given in product(
        KEYS,
        (
            {},
            {"at": "2017-02-10", "known_at": "2017-03-30T00:00:00Z"},
            {"at": "2017-02-28", "known_at": "2017-03-10T00:00:00Z"},
            {"known_at": "2017-03-30T00:00:00Z"},
            {"audience": "clear"},
            {"audience": "green", "known_at": "2017-03-10T00:00:00Z"},
        ),
    ):
        key, token = store_key(*scopes, member=member)
        key.user.scopes = frozenset(scopes)
        rows = results(client_with(token), "positions/", plan="test-plan", **given)
        expected, count = serialized_positions(key.user, "test-plan", **given)
        assert rows == expected, (scopes, given)
        found.add((count, tuple(sorted(str(row["entry"]) for row in rows))))
        leads |= {row["lead_authority"] for row in rows}
    assert len(found) > 3
    assert leads == {"", "Known since 5 March", "Known since 25 March"}
