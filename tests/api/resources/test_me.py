"""Tests of `me`: what it says of a key or a person is what they may do."""

from datetime import UTC
from typing import Any

import pytest

from accounts.models import Role, Scope
from progress.models import Handling, State
from tests.api.conftest import API, client_with, results, store_key
from tests.factories import make_body, make_entry, make_user, member_commitment_of

ME = f"{API}me/"


def test_a_key_is_told_what_it_is_and_when_it_ends(members):
    key, token = store_key(Scope.READ_OWN, Scope.WRITE_ENTRIES, member="JP")
    assert client_with(token).get(ME).json() == {
        "kind": "key",
        "name": key.name,
        "key_prefix": key.prefix,
        "member": "JP",
        "body": None,
        "roles": [],
        "scopes": ["read:own", "write:entries"],
        "highest_handling": "amber",
        "reads_entries_of": "JP",
        "instrument_owner": None,
        "networks": [],
        "writes_entries_of": "JP",
        "compiles_reports": False,
        "manages_webhooks": False,
        "created_at": key.created_at.astimezone(UTC).isoformat()[:-6] + "Z",
        "expires_at": key.expires_at.astimezone(UTC).isoformat()[:-6] + "Z",
        "replaced_at": None,
    }
    assert token not in client_with(token).get(ME).text


def test_a_key_can_see_its_limits_and_that_it_was_replaced(members, now):
    rights: dict[str, Any] = {
        "networks": ["127.0.0.0/8"],
        "instrument_owner": "interpol",
    }
    _key, token = store_key(Scope.READ_GREEN, replaced_at=now, **rights)
    body = client_with(token).get(ME).json()
    assert {name: body[name] for name in rights} == rights
    assert body["replaced_at"] == now.isoformat()[:-6] + "Z"


def test_a_key_is_told_the_body_it_may_write_scores_for(members):
    body = make_body()
    for scopes, expected in (
        ([Scope.READ_GREEN, Scope.WRITE_ASSESSMENTS], body.pk),
        ([Scope.READ_GREEN], None),
    ):
        service = make_user(Role.ASSESSOR, body=body, is_service=True)
        _key, token = store_key(*scopes, user=service)
        told = client_with(token).get(ME).json()
        assert (told["body"], told["member"]) == (expected, None)
        assert told["highest_handling"] == "green"


def test_a_key_without_a_member_reads_up_to_its_scopes(client_for_key):
    for scopes, handling in (
        ([Scope.READ_CLEAR], "clear"),
        ([Scope.READ_CLEAR, Scope.READ_GREEN], "green"),
        ([Scope.READ_OWN], None),
        ([Scope.READ_REPORTS], None),
    ):
        told = client_for_key(*scopes).get(ME).json()
        assert told["member"] is told["reads_entries_of"] is None
        assert told["writes_entries_of"] is None
        assert told["highest_handling"] == handling


def test_scopes_decide_what_a_key_may_do_beside_reading(client_for_key):
    compiles = client_for_key(Scope.READ_GREEN, Scope.COMPILE_REPORTS).get(ME).json()
    assert (compiles["compiles_reports"], compiles["manages_webhooks"]) == (True, False)
    manages = client_for_key(Scope.MANAGE_WEBHOOKS).get(ME).json()
    assert (manages["compiles_reports"], manages["manages_webhooks"]) == (False, True)
    # It may read no label, so there is no report that it could request.
    blind = client_for_key(Scope.COMPILE_REPORTS).get(ME).json()
    assert blind["compiles_reports"] is False


@pytest.mark.parametrize(
    ("role", "roles", "handling", "writes"),
    [
        ("contributor_jp", ["contributor"], "amber", "JP"),
        ("head_jp", ["head"], "amber", "JP"),
        ("coordinator", ["coordinator"], "amber", None),
        ("observer", ["observer"], "green", None),
        ("administrator", ["administrator"], None, None),
    ],
)
def test_a_person_is_told_their_roles(
    request, signed_in, role, roles, handling, writes
):
    person = request.getfixturevalue(role)
    told = signed_in(person).get(ME).json()
    assert (told["kind"], told["name"]) == ("person", person.name)
    assert (told["roles"], told["scopes"]) == (roles, None)
    assert (told["highest_handling"], told["writes_entries_of"]) == (handling, writes)
    assert told["member"] == told["reads_entries_of"] == person.delegation
    assert told["key_prefix"] is told["created_at"] is told["expires_at"] is None


def test_the_label_is_that_of_the_most_restricted_entry_it_reads(
    plan, officer_jp, stocktake, client_for_key
):
    owed = member_commitment_of(plan, "1.2.2", "JP")
    for handling in Handling.values:
        make_entry(
            owed,
            by=officer_jp,
            state=State.PUBLISHED,
            handling=handling,
            stocktake=stocktake,
        )
    for scopes, member in (
        ([Scope.READ_CLEAR], None),
        ([Scope.READ_GREEN], None),
        ([Scope.READ_OWN], "JP"),
    ):
        client = client_for_key(*scopes, member=member)
        read = {row["handling"] for row in results(client, "entries/")}
        order = list(Handling.values)
        highest = max(read, key=order.index)
        assert client.get(ME).json()["highest_handling"] == highest


def test_it_takes_no_parameter_and_no_other_method(any_key, problem_of):
    problem_of(any_key.get(f"{ME}?member=JP"), 400)
    problem_of(any_key.patch(ME, "{}", "application/json"), 405)
