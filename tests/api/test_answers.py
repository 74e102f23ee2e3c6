"""Tests of what all answers of the API have in common."""

import pytest
from django.test import Client

from api.root import openapi
from commitments.models import Plan
from tests.api.conftest import API

PATHS = [
    "",
    "schema/",
    "members/",
    "members/JP/",
    "plans/",
    "plans/test-plan/",
    "actions/",
    "actions/test-plan/1/",
    "sub-areas/",
    "sub-areas/test-plan/1.2/",
    "commitments/",
    "commitments/test-plan/2.1/",
    "instruments/",
    "instruments/interpol/",
    "member-commitments/",
    "member-commitments/00000000-0000-4000-8000-000000000000/",
    "entries/",
    "entries/00000000-0000-4000-8000-000000000000/",
    "positions/?plan=test-plan",
    "reports/",
    "reports/00000000-0000-4000-8000-000000000000/",
    "reports/00000000-0000-4000-8000-000000000000/files/pdf/",
    "nothing/",
]
FILE = PATHS[-2]
PRIVATE = [path for path in PATHS if path != "schema/"]
# Lists to which a key can add, if it has the scope.
WRITTEN = ("entries/", "evidence/", "reports/")


@pytest.fixture
def client(plan, client_for_key):
    return client_for_key(
        "read:clear", "read:reports", "compile:reports", "manage:webhooks"
    )


def test_nobody_is_told_anything(db, problem_of):
    for path in PRIVATE:
        answer = Client().get(f"{API}{path}")
        problem_of(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_no_cache_may_share_or_keep_an_answer(client):
    for asking in (client, Client()):
        for path in PRIVATE:
            headers = asking.get(f"{API}{path}").headers
            assert headers["Cache-Control"] == "private, no-cache", path
            assert {"Authorization", "Cookie"} <= set(headers["Vary"].split(", "))


def test_every_answer_is_json_or_says_it_is_a_problem(client):
    for path in PATHS:
        answer = client.get(f"{API}{path}")
        ok = answer.status_code == 200
        kind = "application/json" if ok else "application/problem+json"
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Request-ID"]


def test_reference_data_cannot_be_written(client, problem_of):
    for path in PATHS[:-1]:
        for method in ("post", "put", "patch", "delete"):
            if path.startswith(WRITTEN):
                continue
            ask = getattr(client, method)
            answer = ask(f"{API}{path}", "{}", content_type="application/json")
            problem = problem_of(answer, 405)
            assert problem["type"].endswith("#problem-method-not-allowed")
            assert answer.headers["Allow"] == "GET, HEAD"


def test_options_tells_nothing(client, problem_of):
    problem_of(client.options(f"{API}plans/"), 405)


def test_head_is_get_without_a_body(client):
    for path in PATHS:
        get, head = client.get(f"{API}{path}"), client.head(f"{API}{path}")
        assert head.status_code == get.status_code
        assert head.content == b""


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"narrative": "\\u0000"}',
        b'{"narrative": "\\ud800"}',
        b"\xff\xfe",
        b"",
    ],
    ids=["deep list", "deep object", "NUL", "lone surrogate", "no UTF-8", "empty"],
)
def test_no_body_can_break_anything(client, problem_of, body):
    for path in ("plans/", "entries/", "reports/"):
        for method in ("post", "put", "get"):
            answer = client.generic(
                method.upper(), f"{API}{path}", body, "application/json"
            )
            is_written = method == "post" and path in WRITTEN
            # An empty body is an object without its required fields. This key lacks
            # the scope to write entries.
            expected = (400, 403, 422) if is_written else (200, 405)
            assert answer.status_code in expected, answer.content


def test_a_nul_in_an_address_cannot_be_read(client, problem_of):
    for path in [
        "plans/%00/",
        "plans/test%00plan/",
        "commitments/test-plan/%00/",
        "sub-areas/test-plan/1%002/",
        "members/%00/",
        "instruments/%00/",
        "entries/%00/",
        "%00/",
        "%00",
    ]:
        problem = problem_of(client.get(f"{API}{path}"), 400)
        assert problem["type"].endswith("#problem-bad-request")


def test_other_strange_addresses_are_not_found(client, problem_of):
    for path in [
        "plans/%ff/",
        "plans/%ED%A0%80/",
        "plans/%F0%9F%91%8D/",
        "plans/../../etc/passwd",
        "plans//",
        "commitments/test-plan/<script>/",
        "members/" + "x" * 5000 + "/",
        "actions/test-plan/" + "9" * 5000 + "/",
        "plans",
    ]:
        problem_of(client.get(f"{API}{path}"), 404)


def test_a_format_nobody_offers_is_refused(client, problem_of):
    for path in PATHS:
        if path == FILE:
            continue  # it has the type it has
        answer = client.get(f"{API}{path}", headers={"Accept": "text/html"})
        problem = problem_of(answer, 406)
        assert problem["type"].endswith("#problem-not-acceptable")


def test_a_browsers_accept_header_is_served(client):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = client.get(f"{API}plans/", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "application/json"


def test_our_own_fault_says_nothing_of_itself(client, problem_of, monkeypatch, caplog):
    """A query that fails, as if a column were gone: the message stays in the log."""
    broken = Plan.objects.extra(where=["no_such_column = 'secret'"]).order_by("pk")
    monkeypatch.setattr("api.resources.plans.PlanViewSet.queryset", broken)
    answer = client.get(f"{API}plans/")
    problem = problem_of(answer, 500)
    assert problem["type"].endswith("#problem-unexpected")
    for word in ("secret", "no_such_column", "Traceback", "SELECT"):
        assert word not in answer.content.decode()
    assert "api.unexpected" in caplog.text
    assert "no_such_column" in caplog.text


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "POST"])
@pytest.mark.parametrize("path", ["members/", "commitments/", "schema/", ""])
def test_a_method_that_is_not_allowed_is_refused_before_its_query(
    client, problem_of, method, path
):
    answer = client.generic(method, f"{API}{path}?unknown=%00")
    problem_of(answer, 405)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["entries/%0A/", "%0A", "a%0Ab/", "members/%0D%0A"])
def test_a_line_end_in_an_address_is_answered_as_a_problem(client, problem_of, path):
    problem_of(client.get(f"{API}{path}"), 404)


def test_the_schema_refuses_an_empty_text_as_the_api_does(client, problem_of):
    for path, operations in openapi()["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            text = parameter["schema"].get("items", parameter["schema"])
            if parameter["in"] != "query" or text.get("type") != "string":
                continue
            if parameter["name"] == "since" and "/changes/" in path:
                continue  # empty, it is the start
            assert text.get("minLength") == 1 or text.get("enum") or "format" in text
            if "{" not in path:
                problem_of(client.get(path, {parameter["name"]: ""}), 400)
