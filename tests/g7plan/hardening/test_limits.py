"""Tests of the bounds of a request that docs/running.md lists."""

import pytest
from django.test import Client

from g7plan import web_server

pytestmark = pytest.mark.django_db


def test_a_form_has_a_thousand_fields_at_most():
    fields = {f"field-{number}": "x" for number in range(999)}
    sign_in = {"login": "someone@tests.example", "password": "x"}
    assert Client().post("/accounts/login/", fields).status_code == 200
    answer = Client().post("/accounts/login/", {**fields, **sign_in})
    assert answer.status_code == 400


def test_a_body_without_files_is_refused_by_its_length():
    answer = Client().post("/accounts/login/", {"login": "x" * 2_700_000})
    assert answer.status_code == 400
    text = "login=" + "x" * 2_700_000
    kind = "application/x-www-form-urlencoded"
    assert Client().post("/accounts/login/", text, kind).status_code == 400


def test_the_web_server_has_the_bounds_of_the_document():
    assert web_server.limit_request_line == 8190
    assert web_server.HEAD_WITHIN == 10
    assert web_server.BODY_WITHIN == 20
    assert web_server.LEAST_RATE == 10_000
    assert web_server.TAKES_NOTHING_FOR == 60
