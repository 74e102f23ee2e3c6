"""Tests of authentication in the API: by key, by session, and without either."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from django.test import Client

from accounts.models import Scope
from tests.api.conftest import client_with, store_key

PLANS = "/api/v1/plans/"


def test_a_key_is_let_in(any_key):
    assert any_key.get(PLANS).status_code == 200


def test_a_key_is_let_in_whatever_the_case_of_bearer(members):
    _key, token = store_key(Scope.READ_CLEAR)
    client = Client(headers={"Authorization": f"bearer {token}"})
    assert client.get(PLANS).status_code == 200


def test_nobody_is_refused(db, problem_of):
    answer = Client().get(PLANS)
    assert problem_of(answer, 401)["type"].endswith("#problem-unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_nobody_is_refused_where_nothing_is(db, problem_of):
    problem_of(Client().get("/api/v1/nothing/"), 401)


@pytest.mark.parametrize(
    "fields",
    [
        {"revoked_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"expires_at": datetime.now(UTC) - timedelta(seconds=1)},
    ],
    ids=["revoked", "expired"],
)
def test_a_key_past_its_use_is_refused(members, problem_of, fields):
    created_at = datetime.now(UTC) - timedelta(days=400)
    _key, token = store_key(Scope.READ_CLEAR, created_at=created_at, **fields)
    answer = client_with(token).get(PLANS)
    problem_of(answer, 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_of_a_deactivated_user_is_refused(members, problem_of):
    key, token = store_key(Scope.READ_CLEAR)
    key.user.is_active = False
    key.user.save()
    problem_of(client_with(token).get(PLANS), 401)


def test_a_header_that_is_no_key_is_refused(db, problem_of):
    for header in [
        "Bearer",
        "Bearer ",
        "Bearer g7p_00000000_" + "A" * 43,
        "Bearer g7p_é",
        "Bearer g7p_\x00",
        "Bearer two words",
        "Basic dXNlcjpwYXNzd29yZA==",
        "Token abc",
        "g7p_00000000_" + "A" * 43,
        "Bearer " + "x" * 10_000,
    ]:
        answer = Client(headers={"Authorization": header}).get(PLANS)
        problem_of(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_with_one_letter_changed_is_refused(members, problem_of):
    _key, token = store_key(Scope.READ_CLEAR)
    last = "A" if token[-1] != "A" else "B"
    problem_of(client_with(token[:-1] + last).get(PLANS), 401)


def test_a_bad_key_is_refused_though_somebody_is_signed_in(
    observer, signed_in, problem_of
):
    client = signed_in(observer)
    answer = client.get(PLANS, headers={"Authorization": "Bearer g7p_wrong"})
    problem_of(answer, 401)


def test_a_key_does_not_sign_anybody_in(any_key):
    answer = any_key.get(PLANS)
    assert not answer.cookies


def test_a_person_is_let_in_by_session(observer, signed_in):
    assert signed_in(observer).get(PLANS).status_code == 200


def test_a_deactivated_person_is_refused(observer, signed_in, problem_of):
    client = signed_in(observer)
    observer.is_active = False
    observer.save()
    problem_of(client.get(PLANS), 401)


def test_a_session_cannot_write_without_its_csrf_token(observer, signed_in, problem_of):
    client = signed_in(observer)
    client.handler.enforce_csrf_checks = True
    problem_of(client.post(PLANS, {}, "application/json"), 403)


def test_the_keys_own_rights_are_asked_not_the_sessions(
    coordinator, signed_in, problem_of
):
    """A browser that is signed in and sends a key reads what the key may read."""
    _key, token = store_key(Scope.MANAGE_WEBHOOKS)
    answer = signed_in(coordinator).get(
        "/api/v1/entries/", headers={"Authorization": f"Bearer {token}"}
    )
    problem_of(answer, 403)


# ---- Networks


@pytest.mark.parametrize(
    ("networks", "address", "is_let_in"),
    [
        ([], "203.0.113.7", True),
        (["192.0.2.0/24"], "192.0.2.7", True),
        (["192.0.2.0/24"], "::ffff:192.0.2.7", True),
        (["192.0.2.0/24"], "203.0.113.7", False),
        (["192.0.2.0/24"], "", False),
        (["2001:db8::/32", "192.0.2.7/32"], "2001:db8::7", True),
        (["2001:db8::/32"], "192.0.2.7", False),
    ],
)
def test_a_key_works_from_its_networks(members, networks, address, is_let_in):
    _key, token = store_key(Scope.READ_CLEAR, networks=networks)
    answer = client_with(token).get(PLANS, REMOTE_ADDR=address)
    assert answer.status_code == (200 if is_let_in else 401)


def test_a_key_from_elsewhere_is_answered_as_an_unknown_one(members, problem_of):
    """In the same words, with the same headers."""
    _key, token = store_key(Scope.READ_CLEAR, networks=["192.0.2.0/24"])
    unknown = token[:-1] + ("A" if token[-1] != "A" else "B")
    answers = [client_with(one).get(PLANS) for one in (token, unknown)]
    bodies = [problem_of(answer, 401) for answer in answers]
    headers = [dict(answer.headers) for answer in answers]
    for kept, body in zip(headers, bodies, strict=True):
        assert body.pop("request_id") == kept.pop("X-Request-ID")
    assert bodies[0] == bodies[1]
    assert headers[0] == headers[1]


def test_a_client_cannot_claim_an_address(members, settings):
    _key, token = store_key(Scope.READ_CLEAR, networks=["192.0.2.0/24"])
    client = client_with(token)
    claimed = {"x-forwarded-for": "192.0.2.7"}
    assert client.get(PLANS, headers=claimed).status_code == 401
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client.get(PLANS, headers=claimed).status_code == 200
    claimed = {"x-forwarded-for": "192.0.2.7, 203.0.113.7"}
    assert client.get(PLANS, headers=claimed).status_code == 401
    settings.TRUSTED_PROXIES = [ip_network("198.51.100.0/24")]
    claimed = {"x-forwarded-for": "192.0.2.7"}
    assert client.get(PLANS, headers=claimed).status_code == 401
