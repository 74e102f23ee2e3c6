"""Tests of whole lists as CSV and JSON Lines: what the list shows, and all of it."""

import csv
import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Scope
from commitments.models import MemberCommitment
from progress.models import State
from tests.api.conftest import API
from tests.factories import make_entry, set_lead_and_target

TEXT = '=1+1\r\n- "Quoted", with a comma\n\n@ ’ 日本\ttab '
LISTS = [
    "members/",
    "summits/",
    "plans/",
    "actions/",
    "sub-areas/",
    "commitments/?plan=test-plan",
    "instruments/",
    "stocktakes/",
    "member-commitments/?member=JP&member=US",
    "entries/",
    "entries/?ordering=-plan,as_of",
    "entries/?search=quoted",
    "entries/?member=US&state=published&ordering=-published_at",
    "positions/?plan=test-plan",
    "positions/?plan=test-plan&expand=entry",
    "evidence/",
]


@pytest.fixture(autouse=True)
def small_portions(monkeypatch):
    for module in ("api.viewsets", "api.resources.entries", "api.resources.positions"):
        monkeypatch.setattr(f"{module}.PORTION", 2)


@pytest.fixture
def client(plan, stocktake, officer_jp, client_for_key):
    owed = MemberCommitment.objects.filter(member__in=["JP", "US"]).order_by("pk")
    for number, one in enumerate(owed):
        make_entry(
            one,
            by=officer_jp,
            state=State.PUBLISHED if number % 3 else State.DRAFT,
            as_of=date(2017, 5, 1 + number),
            stocktake=stocktake,
            evidence=number % 3,
            narrative=TEXT,
            handling="green",
        )
        set_lead_and_target(one, "Ministry, of “A”", date(2017, 12, 1))
    return client_for_key(Scope.READ_OWN, Scope.READ_GREEN, member="JP")


def asked(path: str, **more: str) -> str:
    given = "&".join(f"{name}={value}" for name, value in more.items())
    return f"{API}{path}{'&' if '?' in path else '?'}{given}"


def whole(client, path: str, kind: str) -> str:
    answer = client.get(asked(path, format=kind))
    assert answer.status_code == 200
    assert answer.streaming
    text: str = b"".join(answer.streaming_content).decode()
    return text


def cell(value: Any) -> str:
    """Return what docs/api.md says of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def value_at(row: Any, column: str) -> Any:
    for name in column.split("."):
        row = row and row[name]
    return row


def test_each_format_says_what_the_list_says(client):
    for path in LISTS:
        listed = client.get(asked(path, page_size="1000")).json()["results"]
        assert listed, path
        lines = whole(client, path, "jsonl").split("\n")
        assert [json.loads(line) for line in lines[:-1]] == listed, path
        assert lines[-1] == ""

        text = whole(client, path, "csv")
        columns, *rows = csv.reader(StringIO(text, newline=""), strict=True)
        assert len(rows) == len(listed)
        for row, expected in zip(rows, listed, strict=True):
            shown = [cell(value_at(expected, column)) for column in columns]
            assert row == shown, path
        # Each field of the list is there, and no other.
        assert {column.split(".")[0] for column in columns} == set(listed[0]), path


def test_csv_keeps_texts_as_they_were_typed_and_a_fixed_order_of_columns(client):
    text = whole(client, "entries/?as_of_before=2017-05-02&state=published", "csv")
    head, row = text.split("\r\n", 1)
    assert head.startswith(
        "id,member_commitment.id,member_commitment.plan,member_commitment.commitment,"
        "member_commitment.member,stocktake,kind,supersedes,"
    )
    assert f'"{TEXT.replace(chr(34), chr(34) * 2)}"' in row
    assert row.endswith("\r\n")


def test_an_empty_list_is_a_row_of_names_or_nothing(plan, green_key):
    assert whole(green_key, "entries/", "jsonl") == ""
    assert whole(green_key, "entries/", "csv").count("\r\n") == 1


@pytest.mark.parametrize(
    ("accept", "kind", "ending"),
    [
        ("text/csv", "text/csv; charset=utf-8; header=present", "csv"),
        ("application/jsonl", "application/jsonl", "jsonl"),
        ("application/x-ndjson", "application/x-ndjson", "jsonl"),
        ("text/csv, application/json;q=0.5", "text/csv; charset=utf-8; header", "csv"),
    ],
)
def test_the_format_is_chosen_by_the_accept_header(
    plan, green_key, accept, kind, ending
):
    answer = green_key.get(f"{API}plans/", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith(kind)
    name = answer.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="plans-2')
    assert name.endswith(f'Z.{ending}"')
    assert "Accept" in answer.headers["Vary"].split(", ")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in answer.headers
    assert b"".join(answer.streaming_content)
    head = green_key.head(f"{API}plans/", headers={"Accept": accept})
    assert head.headers["Content-Type"] == answer.headers["Content-Type"]
    assert "ETag" not in head.headers


def test_json_stays_what_a_client_gets_that_does_not_choose(plan, green_key):
    for accept in (
        "*/*",
        "application/json",
        "text/html,*/*;q=0.8",
        "text/csv;q=0.1, application/json;q=0.2",
        "text/csv;q=0, */*",
    ):
        answer = green_key.get(f"{API}plans/", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == "application/json"
    answer = green_key.get(asked("plans/", format="json"))
    assert answer.headers["Content-Type"] == "application/json"


def test_another_format_is_refused_with_those_on_offer(plan, green_key, problem_of):
    body = problem_of(green_key.get(asked("plans/", format="xml")), 406)
    assert "json, csv, jsonl" in body["detail"]
    answer = green_key.get(f"{API}plans/", headers={"Accept": "application/xml"})
    assert "text/csv, application/jsonl" in problem_of(answer, 406)["detail"]
    for accept in ("text/csv", "application/jsonl"):
        answer = green_key.get(f"{API}plans/test-plan/", headers={"Accept": accept})
        assert "media types: application/json." in problem_of(answer, 406)["detail"]


def test_a_whole_list_has_no_pages(plan, green_key, refused_parameter):
    for name, value in (("cursor", "a"), ("page_size", "10")):
        answer = green_key.get(asked("plans/", format="csv", **{name: value}))
        assert refused_parameter(answer) == (name, "unpaged")


def test_a_problem_is_a_problem_in_every_format(plan, green_key, refused_parameter):
    answer = green_key.get(asked("entries/", format="csv", status="nice"))
    assert refused_parameter(answer)[0] == "status"
    future = "positions/?plan=test-plan&at=9999-01-01"
    answer = green_key.get(asked(future, format="csv"))
    assert refused_parameter(answer) == ("at", "future")


def test_rows_are_read_in_portions(client):
    """A portion of entries takes two queries, and who wrote drafts one more."""
    with CaptureQueriesContext(connection) as captured:
        count = whole(client, "entries/?state=published", "jsonl").count("\n")
    assert count > 3
    assert len(captured) <= 6 + 2 * (count // 2 + 1)
