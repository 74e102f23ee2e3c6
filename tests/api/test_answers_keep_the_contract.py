"""Tests of the answers against the committed schema, for every resource."""

from collections.abc import Iterator
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from api.root import openapi
from commitments.models import Clause, Commitment
from progress.models import State
from tests.api.conftest import API
from tests.api.resources.test_reports import make_finished_report, make_report
from tests.factories import make_entry, member_commitment_of


def faults(operation, answer) -> Iterator[str]:
    """Return where an answer differs from its schema. Unknown fields count too."""
    content = operation["responses"][str(answer.status_code)]["content"]
    kind = answer.headers["Content-Type"]
    schema = {**content[kind]["schema"], "components": closed(openapi()["components"])}
    for error in Draft202012Validator(schema).iter_errors(answer.json()):
        yield f"{error.json_path}: {error.message}"


def closed(part):
    """Return the schema with no fields allowed but those that it names."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {name: closed(one) for name, one in part.items()}
    return {"additionalProperties": False, **inner} if "properties" in part else inner


def operation_of(path):
    return openapi()["paths"][f"{API}{path}"]["get"]


@pytest.fixture
def everything(plan, officer_jp, coordinator, stocktake):
    """Each kind of row with all fields filled, and with as few as possible."""
    commitment = Commitment.objects.get(code="1.2.2")
    Clause.objects.create(commitment=commitment, letter="a", text="first")
    owed = member_commitment_of(plan, "1.2.2", "JP")
    first = make_entry(
        owed, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake, evidence=2
    )
    make_entry(
        owed,
        by=officer_jp,
        state=State.PUBLISHED,
        kind="correction",
        supersedes=first,
        reason="A slip.",
        handling="clear",
    )
    other = member_commitment_of(plan, "2.1", "JP")
    make_entry(other, by=officer_jp, status="", narrative="", as_of=date(2017, 1, 1))
    make_finished_report(plan, coordinator, stocktake=stocktake)
    make_report(plan, coordinator)


LISTS = [
    "members/",
    "summits/",
    "plans/",
    "actions/",
    "sub-areas/",
    "commitments/",
    "instruments/",
    "member-commitments/",
    "stocktakes/",
    "entries/",
    "evidence/",
    "positions/",
]


def test_lists_keep_it(everything, client_for_key):
    client = client_for_key("read:own", "read:green", "write:entries", member="JP")
    for path in LISTS:
        query = "?plan=test-plan" if path == "positions/" else ""
        answer = client.get(f"{API}{path}{query}")
        assert answer.json()["results"]
        assert list(faults(operation_of(path), answer)) == [], path


def test_reports_keep_it(everything, coordinator, signed_in):
    answer = signed_in(coordinator).get(f"{API}reports/")
    assert len(answer.json()["results"]) == 2
    assert list(faults(operation_of("reports/"), answer)) == []


def test_problems_keep_it(plan, client_for_key, client):
    key = client_for_key("manage:webhooks")
    for answer, path, status in [
        (key.get(f"{API}plans/?colour=red"), "plans/", 400),
        (client.get(f"{API}plans/"), "plans/", 401),
        (key.get(f"{API}entries/"), "entries/", 403),
        (key.get(f"{API}plans/nothing/"), "plans/{slug}/", 404),
        (key.get(f"{API}plans/", headers={"Accept": "application/xml"}), "plans/", 406),
    ]:
        assert answer.status_code == status
        assert list(faults(operation_of(path), answer)) == [], path


def test_a_difference_would_be_found(plan, any_key):
    answer = any_key.get(f"{API}members/")
    assert list(faults(operation_of("plans/"), answer))
