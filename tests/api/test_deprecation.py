"""Tests of the end of an operation: headers, the schema and the policy say so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from api.deprecation import DEPRECATED, Deprecation
from api.root import _generated
from tests.api.conftest import API
from tests.source_files import ROOT

SINCE = datetime(2030, 1, 1, tzinfo=UTC)
ENDS = datetime(2031, 1, 2, tzinfo=UTC)
HEADERS = {"Deprecation", "Sunset"}


@pytest.fixture
def deprecated(monkeypatch):
    """A made-up table: two operations on plans will end."""
    for name in ("GET /api/v1/plans/", "GET /api/v1/plans/{slug}/"):
        monkeypatch.setitem(DEPRECATED, name, Deprecation(SINCE, ENDS))


def test_nothing_is_deprecated_today(plan, any_key):
    assert DEPRECATED == {}
    assert HEADERS.isdisjoint(any_key.get(f"{API}plans/").headers)
    said = (ROOT / "docs" / "api-policy.md").read_text("utf-8")
    assert "## What is deprecated now\n\nNothing.\n" in said


@pytest.mark.parametrize("path", ["plans/", "plans/test-plan/"])
def test_a_deprecated_operation_says_when_it_ends(plan, any_key, deprecated, path):
    for answer in (any_key.get(f"{API}{path}"), any_key.head(f"{API}{path}")):
        assert answer.status_code == 200
        assert answer.headers["Deprecation"] == "@1893456000"
        assert answer.headers["Sunset"] == "Thu, 02 Jan 2031 00:00:00 GMT"
        policy = f"http://testserver{reverse('api-policy')}"
        assert answer.headers["Link"] == f'<{policy}>; rel="deprecation"'
    assert HEADERS.isdisjoint(any_key.get(f"{API}actions/").headers)


def test_the_links_to_other_pages_stay(plan, any_key, deprecated):
    second = type(plan).objects.get(pk=plan.pk)
    second.pk, second.slug = None, "second"
    second.save()
    answer = any_key.get(f"{API}plans/?page_size=1")
    relations = [link.split("rel=")[1] for link in answer.headers["Link"].split(", ")]
    assert relations == ['"next"', '"deprecation"']
    # An error and an unchanged answer say so too.
    assert any_key.get(f"{API}plans/?colour=red").headers.keys() >= HEADERS
    tag = answer.headers["ETag"]
    unchanged = any_key.get(f"{API}plans/?page_size=1", headers={"If-None-Match": tag})
    assert unchanged.status_code == 304
    assert unchanged.headers.keys() >= HEADERS


def test_the_schema_marks_it(deprecated):
    paths = _generated.__wrapped__()["paths"]
    marked = {
        path
        for path, methods in paths.items()
        for operation in methods.values()
        if operation.get("deprecated")
    }
    assert marked == {"/api/v1/plans/", "/api/v1/plans/{slug}/"}


def test_a_year_of_notice_is_the_least():
    with pytest.raises(ValueError, match="at least a year"):
        Deprecation(SINCE, SINCE + timedelta(days=364))


def test_the_docs_and_the_schema_link_to_the_policy(client, db):
    policy = reverse("api-policy")
    assert f'href="{policy}"' in client.get(f"{API}docs/").text
    assert client.get(f"{API}schema/").json()["externalDocs"]["url"] == policy
    assert "What you must do with erased entries" in client.get(policy).text
