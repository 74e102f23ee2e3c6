"""Tests of changing scores over the API: one by one, and many at once."""

import json

import pytest

from accounts.models import Scope
from audit.models import Event
from progress.models import Assessment
from tests.api.conftest import API
from tests.progress.assessments.scoring import (
    SCORES,
    cell,
    make_guidelines,
    make_table,
    release,
    released_table,
    score,
    table_in_feedback,
)

JSON = "application/json"


@pytest.fixture
def draft(observatory, stocktake):
    table = make_table(observatory, stocktake)
    score(table, SCORES)
    return table


@pytest.fixture
def mine(draft):
    return cell(draft, "1.1.1", "FR")


def path_of(one) -> str:
    return f"{API}assessments/{one.pk}/"


def change(client, one, body, **headers):
    return client.patch(path_of(one), body, content_type=JSON, headers=headers)


def change_as_read(client, one, body):
    tag = client.get(path_of(one)).headers["ETag"]
    return change(client, one, body, **{"If-Match": tag})


def send(client, table, *rows, **query):
    path = f"{API}assessments/import/"
    if query:
        path += "?" + "&".join(f"{name}={value}" for name, value in query.items())
    body = {"table": str(table.pk), "rows": list(rows)}
    return client.post(path, body, content_type=JSON)


def row_of(code, member, **fields):
    return {"plan": "test-plan", "commitment": code, "member": member, **fields}


def test_fields_that_are_left_out_stay(writer, mine):
    answer = change_as_read(writer, mine, {"score": "0", "sources": None})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["score"], body["sources"]) == ("0", "")
    assert body["rationale"] == mine.rationale
    found = writer.get(path_of(mine))
    assert found.json() == body
    assert found.headers["ETag"] == answer.headers["ETag"]
    event = Event.objects.filter(verb="assessment.edit").latest("pk")
    assert event.target_id == str(mine.pk)


def test_a_score_can_be_taken_back(writer, mine):
    body = change_as_read(writer, mine, {"score": None}).json()
    assert (body["score"], body["guideline"]) == (None, None)


def test_a_change_names_what_was_read(writer, mine, problem_of):
    problem_of(change(writer, mine, {"score": "0"}), 428)
    problem_of(change(writer, mine, {"score": "0"}, **{"If-Match": "*"}), 428)
    old = writer.get(path_of(mine)).headers["ETag"]
    assert change(writer, mine, {"score": "0"}, **{"If-Match": old}).status_code == 200
    stale = change(writer, mine, {"score": "-1"}, **{"If-Match": old})
    problem_of(stale, 412)
    assert stale.headers["ETag"] == writer.get(path_of(mine)).headers["ETag"]
    assert Assessment.objects.get(pk=mine.pk).score == "0"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"score": "+1"}, "/score"),
        ({"score": 1}, "/score"),
        ({"score": "\N{MINUS SIGN}1"}, "/score"),
        ({"as_of": "2100-01-01"}, "/as_of"),
        ({"rationale": "a" * 10_001}, "/rationale"),
        ({"sources": "a\u202e"}, "/sources"),
        ({"status": "limited"}, "/status"),
    ],
)
def test_a_bad_value_is_refused(writer, mine, problem_of, body, pointer):
    problem = problem_of(change_as_read(writer, mine, body), 422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert Assessment.objects.get(pk=mine.pk).version == mine.version


def test_a_score_needs_a_published_guideline(
    writer, observatory, stocktake, problem_of
):
    make_guidelines(observatory, stocktake.plan, is_published=False)
    table = make_table(observatory, stocktake)
    one = cell(table, "1.1.1", "FR")
    problem = problem_of(change_as_read(writer, one, {"score": "1"}), 422)
    [error] = problem["errors"]
    assert (error["pointer"], error["code"]) == ("/score", "no_guideline")


def test_a_key_needs_the_scope(body_key, observatory, stocktake, problem_of):
    one = cell(released_table(observatory, stocktake), "1.1.1", "FR")
    reader = body_key(Scope.READ_GREEN, Scope.READ_OWN)
    problem = problem_of(change_as_read(reader, one, {"score": "0"}), 403)
    assert problem["type"].endswith("#problem-missing-scope")
    assert reader.get(path_of(one)).json()["allowed"] == []


def test_what_is_not_the_bodys_own_is_not_found_or_not_allowed(
    writer, institute, stocktake, problem_of
):
    theirs = make_table(institute, stocktake)
    one = cell(theirs, "1.1.1", "FR")
    problem_of(change(writer, one, {"score": "0"}, **{"If-Match": '"a"'}), 404)
    score(theirs, SCORES)
    release(theirs)
    problem_of(change_as_read(writer, one, {"score": "0"}), 403)


@pytest.mark.parametrize("make", [released_table, table_in_feedback])
def test_a_frozen_table_does_not_change(
    writer, observatory, stocktake, problem_of, make
):
    one = cell(make(observatory, stocktake), "1.1.1", "FR")
    problem_of(change_as_read(writer, one, {"score": "0"}), 409)
    problem_of(send(writer, one.table, row_of("1.1.1", "FR", score="0")), 409)


@pytest.mark.parametrize("verb", ["release", "open_feedback", "revise", "discard"])
def test_a_key_decides_nothing(writer, draft, problem_of, verb):
    shown = writer.get(f"{API}assessment-tables/{draft.pk}/").json()
    assert shown["allowed"] == ["edit"]
    path = f"{API}assessment-tables/{draft.pk}/{verb.replace('_', '-')}/"
    problem_of(writer.post(path, {}, content_type=JSON), 404)


def test_many_cells_change_together(writer, draft):
    rows = [
        row_of("2.1", "US", score="not_applicable", rationale="No law is needed."),
        row_of("1.1.1", "FR", score="1"),
        row_of("1.1.1", "JP", score=None),
    ]
    answer = send(writer, draft, *rows)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["dry_run"] is False
    assert body["counts"] == {"changed": 2, "unchanged": 1}
    outcomes = [row["outcome"] for row in body["rows"]]
    assert outcomes == ["changed", "unchanged", "changed"]
    found = [cell(draft, *key).score for key in (("2.1", "US"), ("1.1.1", "JP"))]
    assert found == ["not_applicable", ""]
    kept = cell(draft, "1.1.1", "JP")
    assert kept.rationale


def test_a_dry_run_saves_nothing(writer, draft):
    before = list(Assessment.objects.order_by("pk").values())
    body = send(writer, draft, row_of("2.1", "US", score="1"), dry_run="true").json()
    assert (body["dry_run"], body["counts"]["changed"]) == (True, 1)
    assert list(Assessment.objects.order_by("pk").values()) == before


def test_every_bad_cell_is_named_and_nothing_is_saved(writer, draft, problem_of):
    before = list(Assessment.objects.order_by("pk").values())
    answer = send(
        writer,
        draft,
        row_of("2.1", "US", score="1"),
        row_of("2.1", "XX", score="1"),
        row_of("2.1", "FR", score="+", as_of="2017"),
        row_of("2.1", "US", score="0"),
        row_of("2.1", "DE", as_of="2100-01-01"),
        {"plan": "test-plan"},
        row_of("2.1", "GB", score="1", scoer="1"),
    )
    problem = problem_of(answer, 422)
    found = {(error["pointer"], error["code"]) for error in problem["errors"]}
    assert found == {
        ("/rows/1/commitment", "unknown_value"),
        ("/rows/2/score", "invalid_choice"),
        ("/rows/2/as_of", "invalid_date"),
        ("/rows/3/commitment", "duplicate"),
        ("/rows/4/as_of", "out_of_range"),
        ("/rows/5/commitment", "required"),
        ("/rows/5/member", "required"),
        ("/rows/6/scoer", "unknown"),
    }
    assert list(Assessment.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"rows": [{}]}, "/table"),
        ({"table": "x", "rows": [{}]}, "/table"),
        ({"table": "0195a3c4-0000-7000-8000-000000000000", "rows": [{}]}, "/table"),
        ({"rows": []}, "/rows"),
        ({"rows": {}}, "/rows"),
        ({"rows": [{}], "plan": "test-plan"}, "/plan"),
    ],
)
def test_a_bad_import_is_refused(writer, problem_of, body, pointer):
    answer = writer.post(f"{API}assessments/import/", body, content_type=JSON)
    problem = problem_of(answer, 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]


def test_no_import_tells_of_the_draft_of_another_body(
    writer, institute, stocktake, problem_of
):
    theirs = make_table(institute, stocktake)
    refused = problem_of(send(writer, theirs, row_of("1.1.1", "FR", score="1")), 422)
    [error] = refused["errors"]
    unknown = {"table": "0195a3c4-0000-7000-8000-000000000000", "rows": [{}]}
    answer = writer.post(f"{API}assessments/import/", unknown, content_type=JSON)
    assert problem_of(answer, 422)["errors"] == [error]


def test_a_repeated_import_is_done_once(writer, draft):
    path = f"{API}assessments/import/"
    rows = [row_of("2.1", "US", score="1")]
    body = json.dumps({"table": str(draft.pk), "rows": rows})
    headers = {"Idempotency-Key": "0195-send-1"}
    answers = [
        writer.post(path, body, content_type=JSON, headers=headers) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert cell(draft, "2.1", "US").version == 2
