"""Tests of the documentation page: open to anyone, all from our own server."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from api.problems import PROBLEM_KINDS
from api.urls import router

DOCS = "/api/v1/docs/"


@pytest.fixture
def page(db):
    answer = Client().get(DOCS)
    assert answer.status_code == 200
    return answer.content.decode()


def test_anyone_reads_it_and_caches_may_keep_it(db):
    answer = Client().get(DOCS)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies
    assert reverse("account_login") in answer.text


@pytest.mark.parametrize("role", ["officer_jp", "coordinator", "administrator"])
def test_who_is_signed_in_keeps_their_navigation_and_no_cache_keeps_the_page(
    request, signed_in, role
):
    person = request.getfixturevalue(role)
    answer = signed_in(person).get(DOCS)
    assert person.name in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]


def test_it_describes_every_resource(page):
    for prefix, _viewset, _name in router.registry:
        assert f'id="{prefix}"' in page
        assert f"GET /api/v1/{prefix}/" in page
    assert "GET /api/v1/commitments/{plan}/{code}/" in page
    assert "GET /api/v1/reports/{id}/files/{file_format}/" in page


def test_it_names_parameters_fields_choices_and_scopes(page):
    for word in [
        "published_since",
        "member_commitment",
        "not_started, limited, substantial, implemented, not_applicable",
        "read:green",
        "Code of a member, for example JP. Repeat the parameter for several members.",
        "(required)",
        "date-time or null",
    ]:
        assert word in page


def test_the_type_of_every_problem_leads_to_its_paragraph(page, any_key):
    for kind in PROBLEM_KINDS:
        assert f'id="problem-{kind.slug}"' in page
    problem = any_key.get("/api/v1/nowhere/").json()
    address, _hash, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in Client().get(address).text


def test_nothing_comes_from_elsewhere(page):
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "<style" not in page
    assert " style=" not in page


def test_it_is_read_only(observer, signed_in):
    assert signed_in(observer).post(DOCS).status_code == 405
