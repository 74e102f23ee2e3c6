"""Tests of the committed schema: it is current, and agrees with the code."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Barrier

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from api.root import _generated, openapi
from tests.api.conftest import API, client_with

SNAPSHOT = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


def test_the_committed_schema_is_that_of_the_code(tmp_path):
    """After a change: `make schema`, and read what it changed before committing it."""
    written = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(written), validate=True, fail_on_warn=True)
    assert written.read_text() == SNAPSHOT.read_text()


def test_the_schema_that_is_served_is_the_committed_one(any_key):
    answer = any_key.get(f"{API}schema/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == yaml.safe_load(SNAPSHOT.read_text())
    assert answer.json()["openapi"] == "3.1.0"


def test_the_schema_can_be_asked_for_by_its_own_type(any_key):
    wanted = "application/vnd.oai.openapi+json"
    answer = any_key.get(f"{API}schema/", headers={"Accept": wanted})
    assert answer.headers["Content-Type"].startswith(wanted)
    assert answer.json()["openapi"] == "3.1.0"


def test_anyone_reads_the_schema_and_every_cache_may_keep_it(db, problem_of):
    answer = Client().get(f"{API}schema/")
    assert answer.json() == openapi()
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Authorization" not in answer.headers["Vary"]
    # A key that has ended does not matter where none is needed.
    expired = client_with("g7p_000000000000_0").get(f"{API}schema/")
    assert expired.content == answer.content
    problem_of(Client().get(f"{API}schema/?page=2"), 400)
    problem_of(Client().post(f"{API}schema/"), 405)


def test_people_read_the_same_schema(observer, signed_in):
    assert signed_in(observer).get(f"{API}schema/").json() == openapi()


def test_the_root_leads_to_every_resource(any_key, plan, client_for_key):
    client = client_for_key("read:clear", "read:reports", "manage:webhooks")
    places = client.get(API).json()
    for name, url in places.items():
        assert url == f"http://testserver{API}{name}/"
        query = "?plan=test-plan" if name == "positions" else ""
        assert client.get(f"{url}{query}").status_code == 200


@pytest.fixture
def operations():
    return {
        f"{method} {path}": operation
        for path, methods in openapi()["paths"].items()
        for method, operation in methods.items()
    }


def test_every_operation_says_what_it_answers_when_something_is_wrong(operations):
    for operation in operations.values():
        for status in ("400", "401", "403"):
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"]


def test_every_operation_but_a_listing_may_find_nothing(operations):
    for name, operation in operations.items():
        assert ("404" in operation["responses"]) == ("{" in name)


def test_a_key_and_a_session_open_every_operation(operations):
    for operation in operations.values():
        assert operation["security"] == [{"ApiKey": []}, {"cookieAuth": []}]


def test_a_key_is_a_bearer_token():
    schemes = openapi()["components"]["securitySchemes"]
    assert schemes["ApiKey"]["type"] == "http"
    assert schemes["ApiKey"]["scheme"] == "bearer"


def test_every_field_of_an_answer_is_always_there():
    """Every field is always present: a client finds null where there is no value."""
    for name, component in openapi()["components"]["schemas"].items():
        if name.endswith(("Out", "Ref")) and name != "FaultOut":
            assert set(component["required"]) == set(component["properties"]), name


def test_scopes_are_named_where_one_is_needed(operations):
    assert "`read:reports`" in operations["get /api/v1/reports/"]["description"]
    assert "`read:green`" in operations["get /api/v1/entries/"]["description"]
    assert "scope" not in operations["get /api/v1/plans/"]["description"]


def test_many_who_ask_first_and_at_once_get_the_whole_schema(monkeypatch):
    """Otherwise, two threads at once could make a schema without some resources."""
    whole = openapi()
    monkeypatch.setattr("api.root._generated", cache(_generated.__wrapped__))
    begun = Barrier(8)

    def ask(_number: int) -> bool:
        begun.wait()
        return openapi() == whole

    with ThreadPoolExecutor(8) as crowd:
        assert all(crowd.map(ask, range(8)))
