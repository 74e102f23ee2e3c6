"""Tests of rule 4 in the API: lists, filters, orders and addresses hide the same."""

from datetime import timedelta

import pytest

from accounts.models import Scope
from progress.models import State
from tests.api.conftest import API, results
from tests.factories import make_entry, member_commitment_of


def named(entries, client, **params):
    names = {str(entry.pk): name for name, entry in entries.items()}
    rows = results(client, "entries/", **params)
    return {names[row["id"]] for row in rows}


@pytest.fixture
def entries(plan, officer_jp, officer_fr, officer_of_the_chair, stocktake):
    """An entry of each handling and in each state for Japan, and some of others."""

    def entry(code, member, by, state, **fields):
        owed = member_commitment_of(plan, code, member)
        return make_entry(owed, by=by, state=state, stocktake=stocktake, **fields)

    jp, fr, chair = officer_jp, officer_fr, officer_of_the_chair
    return {
        "clear": entry("1.1.1", "JP", jp, State.PUBLISHED, handling="clear"),
        "green": entry("1.2.1", "JP", jp, State.PUBLISHED),
        "amber": entry("1.2.2", "JP", jp, State.PUBLISHED, handling="amber"),
        "draft": entry("1.1.1", "JP", jp, State.DRAFT, narrative="secret draft"),
        "in_clearance": entry("1.2.1", "JP", jp, State.IN_CLEARANCE),
        "submitted": entry("1.2.2", "JP", jp, State.SUBMITTED),
        "returned": entry("2.1", "JP", jp, State.RETURNED),
        "discarded": entry("2.1", "JP", jp, State.DISCARDED),
        "fr_amber": entry("1.1.1", "FR", fr, State.PUBLISHED, handling="amber"),
        "fr_draft": entry("1.1.1", "FR", fr, State.DRAFT),
        "chair_amber": entry("1.1.1", "IT", chair, State.PUBLISHED, handling="amber"),
        "chair_submitted": entry("1.1.1", "IT", chair, State.SUBMITTED),
    }


CLEAR = {"clear"}
GREEN = {"clear", "green"}
FR = {"fr_draft", "fr_amber"}
CHAIR = {"chair_submitted", "chair_amber"}
JP = {
    "draft",
    "in_clearance",
    "submitted",
    "returned",
    "discarded",
    "clear",
    "green",
    "amber",
}


KEYS = [
    ([Scope.READ_CLEAR], None, CLEAR),
    ([Scope.READ_GREEN], None, GREEN),
    ([Scope.READ_CLEAR, Scope.READ_GREEN], None, GREEN),
    ([Scope.READ_OWN], None, set()),
    ([Scope.READ_OWN], "JP", JP),
    ([Scope.READ_CLEAR], "JP", CLEAR),
    ([Scope.READ_GREEN], "JP", GREEN),
    ([Scope.READ_OWN], "FR", FR),
    ([Scope.READ_OWN, Scope.READ_GREEN], "FR", FR | GREEN),
    ([Scope.READ_OWN, Scope.READ_GREEN], "IT", CHAIR | GREEN),
]


def test_a_key_reads_what_its_scopes_and_its_user_allow(entries, client_for_key):
    for scopes, member, expected in KEYS:
        check_reading(client_for_key(*scopes, member=member), entries, expected)


def check_reading(client, entries, expected):
    assert named(entries, client) == expected
    for name, entry in entries.items():
        status = client.get(f"{API}entries/{entry.pk}/").status_code
        assert status == (200 if name in expected else 404), name


PRESIDENCY = {"submitted", "clear", "green", "amber", "fr_amber"} | CHAIR


PEOPLE = [
    ("contributor_jp", JP),
    ("officer_jp", JP),
    ("head_jp", JP),
    ("officer_fr", FR | GREEN),
    ("coordinator", PRESIDENCY),
    ("former_coordinator", GREEN),
    ("second_reviewer", CHAIR | GREEN),
    ("observer", GREEN),
    ("assessor", GREEN),
    ("administrator", set()),
]


def test_a_person_reads_what_the_pages_show_them(entries, request, signed_in):
    for role, expected in PEOPLE:
        person = request.getfixturevalue(role)
        check_reading(signed_in(person), entries, expected)


@pytest.mark.parametrize(
    "scope",
    [
        Scope.WRITE_ENTRIES,
        Scope.WRITE_ASSESSMENTS,
        Scope.READ_REPORTS,
        Scope.COMPILE_REPORTS,
        Scope.MANAGE_WEBHOOKS,
    ],
)
def test_a_key_without_a_scope_to_read_is_told_which_it_needs(
    entries, client_for_key, problem_of, scope
):
    client = client_for_key(scope, member="JP")
    for path in ("entries/", f"entries/{entries['clear'].pk}/", "positions/"):
        problem = problem_of(client.get(f"{API}{path}"), 403)
        assert problem["type"].endswith("#problem-missing-scope")
        for needed in ("read:clear", "read:green", "read:own"):
            assert needed in problem["detail"]


def test_filters_find_nothing_that_may_not_be_read(entries, green_key, signed_in):
    for params in [
        {"search": "secret draft"},
        {"state": "draft"},
        {"state": "submitted"},
        {"handling": "amber"},
        {"member": "IT"},
    ]:
        assert named(entries, green_key, **params) == set(), params


def test_an_amber_entry_and_one_that_never_was_are_answered_alike(entries, green_key):
    hidden = green_key.get(f"{API}entries/{entries['amber'].pk}/")
    absent = green_key.get(f"{API}entries/00000000-0000-4000-8000-000000000000/")
    one, other = hidden.json(), absent.json()
    for name in ("instance", "request_id"):
        assert one.pop(name) != other.pop(name)
    assert one == other
    assert dict(hidden.headers).keys() == dict(absent.headers).keys()


def test_pages_of_a_reader_hold_only_what_they_read(entries, green_key):
    """No gap or shorter page reveals hidden rows."""
    first = green_key.get(f"{API}entries/", {"page_size": 1}).json()
    assert len(first["results"]) == 1
    second = green_key.get(first["next"]).json()
    assert len(second["results"]) == 1
    assert second["next"] is None


# ---- Corrections and withdrawals with another handling -----------------------------


def superseding(entry, kind, handling, by):
    return make_entry(
        entry.member_commitment,
        by=by,
        kind=kind,
        supersedes=entry,
        reason="Two bureaus, not three.",
        state=State.PUBLISHED,
        stocktake=entry.stocktake,
        handling=handling,
    )


def test_a_correction_is_told_as_one_to_whoever_saw_what_it_corrects(
    entries, officer_jp, green_key
):
    correction = superseding(entries["green"], "correction", "green", officer_jp)
    answer = green_key.get(f"{API}entries/{correction.pk}/").json()
    assert answer["kind"] == "correction"
    assert answer["supersedes"] == str(entries["green"].pk)
    assert answer["reason"] == "Two bureaus, not three."


def test_a_released_correction_does_not_tell_of_the_amber_entry_before_it(
    entries, officer_jp, green_key, own_key_jp
):
    correction = superseding(entries["amber"], "correction", "green", officer_jp)
    answer = green_key.get(f"{API}entries/{correction.pk}/").json()
    assert answer["kind"] == "update"
    assert answer["supersedes"] is None
    assert answer["reason"] == ""
    corrections = results(green_key, "entries/", kind="correction")
    updates = results(green_key, "entries/", kind="update")
    assert corrections == []
    assert str(correction.pk) in [row["id"] for row in updates]
    # Its own delegation reads it in full.
    own = own_key_jp.get(f"{API}entries/{correction.pk}/").json()
    assert own["kind"] == "correction"
    assert own["supersedes"] == str(entries["amber"].pk)


def test_the_withdrawal_of_an_amber_entry_is_nothing_to_a_green_reader(
    entries, officer_jp, green_key, own_key_jp
):
    withdrawal = superseding(entries["amber"], "withdrawal", "green", officer_jp)
    path = f"{API}entries/{withdrawal.pk}/"
    assert green_key.get(path).status_code == 404
    assert own_key_jp.get(path).json()["kind"] == "withdrawal"
    assert results(green_key, "entries/", kind="withdrawal") == []


def test_the_withdrawal_of_a_green_entry_is_told(entries, officer_jp, green_key):
    withdrawal = superseding(entries["green"], "withdrawal", "green", officer_jp)
    (row,) = results(green_key, "entries/", kind="withdrawal")
    assert row["id"] == str(withdrawal.pk)
    assert row["supersedes"] == str(entries["green"].pk)


def test_the_draft_of_a_correction_is_the_delegations_alone(
    entries, officer_jp, green_key, own_key_jp
):
    draft = make_entry(
        entries["green"].member_commitment,
        by=officer_jp,
        kind="correction",
        supersedes=entries["green"],
        reason="Not yet told.",
    )
    assert str(draft.pk) not in green_key.get(f"{API}entries/").content.decode()
    assert own_key_jp.get(f"{API}entries/{draft.pk}/").status_code == 200


def test_rights_are_those_of_the_moment_of_asking(
    entries, coordinator, signed_in, time_machine
):
    """At the instant of handover the former Presidency reads as a delegation."""
    client = signed_in(coordinator)
    assert named(entries, client) == PRESIDENCY
    last = coordinator.member.presidencies.get().ends_at
    time_machine.move_to(last - timedelta(hours=1))
    client.force_login(coordinator)
    assert "amber" in named(entries, client)
    time_machine.move_to(last)
    assert "amber" not in named(entries, client)
    assert "submitted" not in named(entries, client)
