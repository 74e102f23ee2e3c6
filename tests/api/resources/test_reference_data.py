"""Tests of members, plans, actions, commitments and instruments in the API."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Member, Scope
from commitments.models import Clause, Commitment, Plan
from progress.models import State
from tests.api.conftest import API, results
from tests.factories import (
    MEMBERS,
    make_entry,
    make_plan,
    member_commitment_of,
    set_lead_and_target,
)


def codes(client, path, field="code", **params):
    return [row[field] for row in results(client, path, **params)]


# ---- Who may read: every key and every session -------------------------------------

PLACES = {
    "members": "members/JP/",
    "plans": "plans/test-plan/",
    "actions": "actions/test-plan/1/",
    "sub-areas": "sub-areas/test-plan/1.2/",
    "commitments": "commitments/test-plan/1.2.2/",
    "instruments": "instruments/interpol/",
}
LISTS = [*PLACES, "member-commitments"]


@pytest.mark.parametrize("scope", Scope)
def test_any_key_reads_reference_data(plan, client_for_key, scope):
    client = client_for_key(scope)
    assert all(results(client, f"{name}/") for name in LISTS)


@pytest.mark.parametrize(
    "role",
    [
        "contributor_jp",
        "officer_fr",
        "coordinator",
        "observer",
        "assessor",
        "administrator",
    ],
)
def test_everybody_who_signs_in_reads_reference_data(plan, signed_in, request, role):
    client = signed_in(request.getfixturevalue(role))
    assert all(results(client, f"{name}/") for name in LISTS)


def test_one_row_reads_as_it_does_in_the_list(plan, any_key):
    for name, path in PLACES.items():
        one = any_key.get(f"{API}{path}")
        assert one.status_code == 200
        assert one.json() in results(any_key, f"{name}/")


def test_what_is_not_there_is_not_found(plan, any_key, problem_of):
    for path in [
        "members/XX/",
        "members/jp/",
        "plans/nothing/",
        "actions/test-plan/9/",
        "actions/test-plan/99999999999999999999/",
        "actions/nothing/1/",
        "sub-areas/test-plan/1.9/",
        "commitments/test-plan/9.9/",
        "commitments/nothing/1.2.2/",
        "instruments/nothing/",
        "member-commitments/00000000-0000-4000-8000-000000000000/",
        "member-commitments/not-an-id/",
        "commitments/test-plan/",
        "nothing/",
        "plans",
    ]:
        problem = problem_of(any_key.get(f"{API}{path}"), 404)
        assert problem["type"].endswith("#problem-not-found")
        assert problem["instance"] == f"{API}{path}"


# ---- Shapes ------------------------------------------------------------------------


def test_a_member(plan, any_key):
    assert any_key.get(f"{API}members/EU/").json() == {
        "code": "EU",
        "name": "European Union",
        "kind": "organization",
        "language": "",
    }
    Member.objects.filter(code="JP").update(language="ja")
    assert any_key.get(f"{API}members/JP/").json()["language"] == "ja"


def test_a_plan(plan, any_key):
    assert any_key.get(f"{API}plans/test-plan/").json() == {
        "slug": "test-plan",
        "title": "Action Plan for Tests",
        "summit": "summit-of-test-plan",
        "adopted_on": "2016-05-27",
        "preamble": "We stress the importance of tests.",
        "source_text": "…",
        "source_sha256": "0" * 64,
    }


def test_an_action(plan, any_key):
    assert any_key.get(f"{API}actions/test-plan/2/").json() == {
        "plan": "test-plan",
        "code": "2",
        "number": 2,
        "title": "Tolerance in Society",
    }


def test_a_sub_area(plan, any_key):
    assert any_key.get(f"{API}sub-areas/test-plan/1.2/").json() == {
        "plan": "test-plan",
        "action": "1",
        "code": "1.2",
        "number": 2,
        "title": "Information Sharing",
    }


def test_a_commitment(plan, any_key):
    commitment = Commitment.objects.get(code="1.2.2")
    Clause.objects.create(commitment=commitment, letter="b", text="second")
    Clause.objects.create(commitment=commitment, letter="a", text="first")
    assert any_key.get(f"{API}commitments/test-plan/1.2.2/").json() == {
        "plan": "test-plan",
        "action": "1",
        "sub_area": "1.2",
        "code": "1.2.2",
        "position": 3,
        "text": "Support INTERPOL's information sharing role.",
        "short_title": "Support INTERPOL's information sharing role",
        "is_joint": False,
        "instruments": ["interpol"],
        "clauses": [
            {"letter": "a", "text": "first"},
            {"letter": "b", "text": "second"},
        ],
    }


def test_a_commitment_outside_any_sub_area(plan, any_key):
    commitment = any_key.get(f"{API}commitments/test-plan/2.1/").json()
    assert commitment["sub_area"] is None
    assert commitment["is_joint"] is True


def test_an_instrument(plan, any_key):
    assert any_key.get(f"{API}instruments/interpol/").json() == {
        "slug": "interpol",
        "name": "INTERPOL",
        "kind": "body",
        "owner": "",
        "owner_slug": None,
    }


@pytest.fixture
def led(plan, officer_jp):
    """The European Union's commitment 2.1, with a lead and a target date."""
    owed = member_commitment_of(plan, "2.1", "EU")
    set_lead_and_target(owed, "Commission", date(2017, 5, 1))
    return owed


def test_a_member_commitment(led, officer_jp, green_key):
    owed = led
    make_entry(owed, by=officer_jp, state=State.PUBLISHED, handling="clear")
    assert green_key.get(f"{API}member-commitments/{owed.pk}/").json() == {
        "id": str(owed.pk),
        "plan": "test-plan",
        "action": "2",
        "sub_area": None,
        "commitment": "2.1",
        "member": "EU",
        "member_kind": "organization",
        "lead_authority": "Commission",
        "target_on": "2017-05-01",
    }


def lead_for(client, owed) -> tuple[str, str | None, int]:
    """The lead and target date that a key reads, and how often search finds the lead.

    Nor can a key that may not read them order by them, or read them in a cursor.
    """
    row = client.get(f"{API}member-commitments/{owed.pk}/").json()
    found = results(client, "member-commitments/", search="commission")
    ordered = results(client, "member-commitments/", ordering="target_on")
    is_first = ordered[0]["id"] == str(owed.pk)
    assert is_first == (row["target_on"] is not None)
    return row["lead_authority"], row["target_on"], len(found)


HIDDEN, SHOWN = ("", None, 0), ("Commission", "2017-05-01", 1)


def test_without_a_released_entry_lead_and_target_date_are_not_shown(
    led, officer_jp, green_key, client_for_key
):
    def published(**fields):
        return make_entry(led, by=officer_jp, state=State.PUBLISHED, **fields)

    european = client_for_key(Scope.READ_OWN, member="EU")
    others = [green_key, client_for_key(Scope.READ_GREEN, member="EU")]
    amber = published(handling="amber")
    make_entry(led, by=officer_jp, state=State.SUBMITTED, handling="green")
    assert [lead_for(client, led) for client in others] == [HIDDEN, HIDDEN]
    green = published(kind="correction", supersedes=amber, reason="To be released.")
    assert [lead_for(client, led) for client in others] == [SHOWN, SHOWN]
    published(kind="withdrawal", supersedes=green, reason="Untrue.")
    assert [lead_for(client, led) for client in others] == [HIDDEN, HIDDEN]
    assert lead_for(european, led) == SHOWN


def test_a_look_back_gives_what_was_known_then(led, officer_jp, green_key):
    set_lead_and_target(led, "Agency", at=datetime(2017, 6, 1, tzinfo=UTC))
    make_entry(
        led,
        by=officer_jp,
        state=State.PUBLISHED,
        as_of=date(2017, 1, 15),
        published_at=datetime(2017, 2, 1, tzinfo=UTC),
        handling="clear",
    )
    for clocks, expected in (
        ({}, ("Agency", None)),
        ({"at": "2017-05-31"}, ("Commission", "2017-05-01")),
        ({"known_at": "2017-06-01T00:00:00Z"}, ("Agency", None)),
        ({"known_at": "2017-05-31T23:59:59Z"}, ("Commission", "2017-05-01")),
        # Nothing was released by then, or on that day.
        ({"at": "2017-01-31"}, ("", None)),
        ({"at": "2017-01-14", "known_at": "2017-06-01T00:00:00Z"}, ("", None)),
    ):
        given = {"member": "EU", "commitment": "2.1", **clocks}
        (row,) = results(green_key, "member-commitments/", **given)
        assert (row["lead_authority"], row["target_on"]) == expected, clocks


def test_member_commitments_take_no_clock_of_the_future(plan, any_key):
    for bad in ("at=9999-12-31", "known_at=2017-01-01T00:00:00.5Z", "at=soon"):
        answer = any_key.get(f"{API}member-commitments/?{bad}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == bad.partition("=")[0]


def test_words_of_a_plan_are_told_as_they_are(plan, any_key):
    words = "<script>alert('1')</script> & “quotes” \u2028 日本語 👍"
    Plan.objects.filter(pk=plan.pk).update(preamble=words)
    answer = any_key.get(f"{API}plans/test-plan/")
    assert answer.json()["preamble"] == words
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# ---- Order -------------------------------------------------------------------------


def test_commitments_come_in_the_plans_order_not_that_of_their_codes(plan, any_key):
    Commitment.objects.filter(code="1.1.1").update(code="1.10.1")
    assert codes(any_key, "commitments/") == ["1.10.1", "1.2.1", "1.2.2", "2.1"]


def test_member_commitments_come_by_commitment_and_member(plan, any_key):
    rows = results(any_key, "member-commitments/")
    assert [(row["commitment"], row["member"]) for row in rows[:9]] == [
        *(("1.1.1", code) for code in sorted(MEMBERS)),
        ("1.2.1", "CA"),
    ]


def test_lists_can_be_ordered(plan, any_key):
    make_plan("another")
    for path, ordering, field, expected in [
        ("members/", "-code", "code", ["US", "JP", "IT"]),
        ("members/", "name", "name", ["Canada", "European Union", "France"]),
        ("plans/", "slug", "slug", ["another", "test-plan"]),
        ("commitments/", "-position", "code", ["2.1", "2.1", "1.2.2"]),
        ("commitments/", "-plan,code", "code", ["1.1.1", "1.2.1", "1.2.2"]),
        ("member-commitments/", "member,-commitment", "commitment", ["2.1", "2.1"]),
    ]:
        found = codes(any_key, path, field, ordering=ordering)
        assert found[: len(expected)] == expected


def test_an_open_target_date_comes_last(led, officer_jp, green_key):
    make_entry(led, by=officer_jp, state=State.PUBLISHED, handling="clear")
    rows = results(green_key, "member-commitments/", ordering="target_on")
    assert [row["target_on"] for row in rows] == ["2017-05-01"] + [None] * 31


# ---- Filters -----------------------------------------------------------------------


def test_commitments_can_be_filtered(plan, any_key):
    make_plan("another")
    for params, expected in [
        ({"plan": "test-plan"}, 4),
        ({"action": "1"}, 6),
        ({"plan": "test-plan", "action": "1"}, 3),
        ({"sub_area": "1.2", "plan": "test-plan"}, 2),
        ({"commitment": "2.1"}, 2),
        ({"instrument": "interpol"}, 2),
        ({"search": "interpol", "plan": "test-plan"}, 1),
        ({"search": "INFORMATION sharing", "plan": "test-plan"}, 2),
        ({"search": "100%"}, 0),
        ({"search": "_"}, 0),
    ]:
        assert len(results(any_key, "commitments/", **params)) == expected, params


def test_member_commitments_can_be_filtered(plan, any_key):
    make_plan("another")
    cases: list[tuple[dict[str, Any], int]] = [
        ({"plan": "test-plan"}, 32),
        ({"action": "2"}, 16),
        ({"sub_area": "1.2", "plan": "test-plan"}, 16),
        ({"commitment": "1.1.1"}, 16),
        ({"member": "JP"}, 8),
        ({"member": ["JP", "FR"], "plan": "test-plan"}, 8),
        ({"member_kind": "state", "plan": "test-plan"}, 28),
        ({"instrument": "interpol", "plan": "test-plan"}, 8),
        ({"search": "pluralism", "member": "EU"}, 2),
    ]
    for params, expected in cases:
        rows = results(any_key, "member-commitments/", **params)
        assert len(rows) == expected, params


def test_other_reference_data_can_be_filtered(plan, any_key):
    make_plan("another")
    for path, params, expected in [
        ("members/", {"kind": "organization"}, ["EU"]),
        ("members/", {"search": "united"}, ["GB", "US"]),
        ("actions/", {"plan": "test-plan"}, ["1", "2"]),
        ("actions/", {"search": "tolerance", "plan": "another"}, ["2"]),
        ("sub-areas/", {"plan": "test-plan"}, ["1.1", "1.2"]),
        ("sub-areas/", {"plan": "another", "search": "UNSCR"}, ["1.1"]),
        ("sub-areas/", {"action": "2"}, []),
    ]:
        assert codes(any_key, path, **params) == expected, params


def test_japanese_words_are_found(plan, any_key):
    text = "国境警備当局間の協力を強化する。"
    Commitment.objects.filter(code="1.2.1").update(text=text)
    assert codes(any_key, "commitments/", search="警備当局") == ["1.2.1"]
    assert codes(any_key, "commitments/", search="航空") == []


def test_a_member_of_no_kind_we_know_is_not_invented(plan, any_key):
    assert {row["kind"] for row in results(any_key, "members/")} == set(Member.Kind)
