"""Tests of a key that is limited to a body's instruments: it sees its part alone.

In the test plan, 1.2.2 names INTERPOL.
"""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.backends import find_service_reader
from accounts.models import Scope
from accounts.models.api_keys import LIMITED_SCOPES
from commitments.models import Commitment, Instrument
from progress.models import Entry, Evidence, Handling, Round, State
from progress.querysets.visibility import highest_handling
from tests.api.conftest import API, client_with, results, store_key
from tests.factories import (
    make_entry,
    make_interpol,
    member_commitment_of,
    set_lead_and_target,
)

CONCERNED, OTHER = "1.2.2", "1.1.1"


@pytest.fixture
def limited_to(members):
    """`limited_to("interpol", member="JP")` sends a key with all it may have."""

    def client_for(owner, member=None):
        _key, token = store_key(*LIMITED_SCOPES, member=member, instrument_owner=owner)
        return client_with(token)

    return client_for


@pytest.fixture
def entries(plan, officer_jp, officer_fr, stocktake):
    """For both commitments: a green one of each member, and Japan's draft."""
    made = {}
    for code in (CONCERNED, OTHER):
        for name, by, state, handling in (
            ("green_jp", officer_jp, State.PUBLISHED, Handling.GREEN),
            ("green_fr", officer_fr, State.PUBLISHED, Handling.GREEN),
            ("draft_jp", officer_jp, State.DRAFT, Handling.GREEN),
        ):
            owed = member_commitment_of(plan, code, by.member_id)
            made[f"{name} {code}"] = make_entry(
                owed,
                by=by,
                state=state,
                stocktake=stocktake,
                handling=handling,
                evidence=1,
                file_name="proof.pdf",
                narrative=f"A narrative of {name}.",
            )
    return made


def seen_by(client, entries, **params):
    names = {str(entry.pk): name for name, entry in entries.items()}
    return {names[row["id"]] for row in results(client, "entries/", **params)}


PART = {f"green_jp {CONCERNED}", f"green_fr {CONCERNED}"}


def test_a_key_sees_entries_on_what_concerns_its_body(entries, limited_to):
    assert seen_by(limited_to("interpol"), entries) == PART
    own = limited_to("interpol", member="JP")
    assert seen_by(own, entries) == PART | {f"draft_jp {CONCERNED}"}
    for params in (
        {"search": "narrative"},
        {"commitment": OTHER, "plan": "test-plan"},
        {"ordering": "-as_of"},
        {"member": "JP"},
    ):
        assert not {
            name for name in seen_by(own, entries, **params) if OTHER in name
        }, params


def test_what_a_body_owns_is_its_part_too(entries, limited_to):
    """At any depth: a database of a body of INTERPOL, named by another commitment."""
    office = Instrument.objects.create(
        slug="office", name="Office", kind="body", owner=make_interpol()
    )
    database = Instrument.objects.create(
        slug="database", name="Database", kind="database", owner=office
    )
    Commitment.objects.get(code=OTHER).instruments.add(database)
    everything = {name for name in entries if "green" in name}
    assert seen_by(limited_to("interpol"), entries) == everything
    elsewhere = {name for name in everything if OTHER in name}
    assert seen_by(limited_to("office"), entries) == elsewhere
    assert seen_by(limited_to("database"), entries) == elsewhere


def test_a_body_that_no_longer_exists_shows_nothing(entries, limited_to):
    assert seen_by(limited_to("gone"), entries) == set()
    assert seen_by(limited_to("gone", member="JP"), entries) == set()


def test_what_is_elsewhere_does_not_exist(entries, limited_to):
    client = limited_to("interpol", member="JP")
    nobody = client.get(f"{API}entries/00000000-0000-4000-8000-000000000000/")
    for name, entry in entries.items():
        answer = client.get(f"{API}entries/{entry.pk}/")
        assert answer.status_code == (404 if OTHER in name else 200), name
        if OTHER in name:
            assert answer.json()["detail"] == nobody.json()["detail"]
        (file,) = Evidence.objects.filter(
            entry_links__entry=entry, kind=Evidence.Kind.FILE
        )
        answer = client.get(f"{API}evidence/{file.pk}/file/")
        assert answer.status_code == (404 if OTHER in name else 200), name


def test_positions_are_of_its_part(entries, limited_to):
    rows = results(limited_to("interpol"), "positions/", plan="test-plan")
    found = {
        (row["member_commitment"]["commitment"], row["member_commitment"]["member"])
        for row in rows
        if row["entry"]
    }
    assert found == {(CONCERNED, "JP"), (CONCERNED, "FR")}
    assert len(rows) == 4 * 8, "the plan itself can be read"


def test_lead_and_target_show_where_an_entry_does(plan, entries, limited_to):
    """Also its own member's: both resources say the same."""
    for code in (CONCERNED, OTHER, "2.1"):
        owed = member_commitment_of(plan, code, "JP")
        set_lead_and_target(owed, "Ministry", date(2030, 1, 1))
    client = limited_to("interpol", member="JP")
    for path, commitment in (
        ("positions/", lambda row: row["member_commitment"]["commitment"]),
        ("member-commitments/", lambda row: row["commitment"]),
    ):
        rows = results(client, path, plan="test-plan", member="JP")
        shown = {commitment(row) for row in rows if row["lead_authority"]}
        dated = {commitment(row) for row in rows if row["target_on"]}
        assert shown == dated == {CONCERNED}, path


def test_reference_data_stays_readable(plan, limited_to):
    client = limited_to("interpol")
    assert len(results(client, "commitments/", plan="test-plan")) == 4
    assert len(results(client, "plans/")) == 1


def test_a_limited_key_has_no_reports(limited_to, problem_of):
    client = limited_to("interpol", member="JP")
    problem_of(client.get(f"{API}reports/"), 403)
    problem_of(client.post(f"{API}reports/", {}, "application/json"), 403)


def test_a_reader_without_a_request_is_limited_too(entries, members):
    key, _token = store_key(*LIMITED_SCOPES, instrument_owner="interpol")
    now = datetime.now(UTC)
    reader = find_service_reader(key.user_id, now)
    assert reader is not None
    visible = Entry.objects.visible_to(reader, now)
    assert {entry.pk for entry in visible} == {entries[name].pk for name in PART}


def test_returns_and_own_evidence_are_not_seen_past_the_part(entries, members):
    """What the delegation has, whatever it belongs to, is more than the part."""
    key, _token = store_key(*LIMITED_SCOPES, member="JP", instrument_owner="interpol")
    now = datetime.now(UTC)
    reader = find_service_reader(key.user_id, now)
    assert reader is not None
    names = {
        name
        for name, entry in entries.items()
        for item in Evidence.objects.visible_to(reader, now)
        if item.entry_links.filter(entry=entry).exists()
    }
    assert names == PART | {f"draft_jp {CONCERNED}"}
    assert list(Round.objects.visible_to(reader, now)) == []
    assert list(Entry.objects.own_of(reader)) == []
    assert highest_handling(reader, now) == "amber"


@pytest.mark.parametrize(
    "scope", [scope for scope in Scope if scope not in LIMITED_SCOPES]
)
def test_the_database_refuses_a_limited_key_that_may_more(members, scope):
    with (
        pytest.raises(IntegrityError, match="only_reads_entries"),
        transaction.atomic(),
    ):
        store_key(Scope.READ_CLEAR, scope, member="JP", instrument_owner="interpol")


def test_changes_are_of_its_part(entries, limited_to):
    client = limited_to("interpol")
    rows = results(client, "changes/")
    assert {row["entry_id"] for row in rows} == {str(entries[n].pk) for n in PART}
    assert {row["kind"] for row in rows} == {"published"}


def test_evidence_is_listed_of_its_part(entries, limited_to):
    client = limited_to("interpol", member="JP")
    rows = results(client, "evidence/")
    elsewhere = {
        str(pk)
        for name, entry in entries.items()
        if OTHER in name
        for pk in entry.evidence.values_list("pk", flat=True)
    }
    assert rows
    assert not elsewhere & {row["id"] for row in rows}
    named = {entry for row in rows for entry in row.get("entries", [])}
    assert not named & {str(entries[name].pk) for name in entries if OTHER in name}
