"""Tests of many entries that are sent together: all of them are saved, or none."""

from datetime import UTC, datetime

import pytest

from progress.models import Entry, ExternalRef
from tests.api.writing.conftest import BODY
from tests.factories import make_entry, member_commitment_of, publish


def row(code: str, ref: str = "", **fields):
    given = {"external_ref": ref} if ref else {}
    return {**BODY, "commitment": code, **given, **fields}


def send(sender, *rows, query: str = ""):
    return sender.post(f"import/{query}", {"rows": list(rows)})


def faults_of(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


def test_many_entries_are_saved_and_each_has_its_result(sender, coordinator):
    published = sender.send(external_ref="A-3").json()["id"]
    publish(Entry.objects.get(), by=coordinator, at=datetime.now(UTC))
    kept = sender.send(commitment="1.1.1", external_ref="A-1").json()["id"]
    edited = sender.send(commitment="1.2.1", external_ref="A-2").json()["id"]
    answer = send(
        sender,
        row("1.1.1", "A-1"),
        row("1.2.1", "A-2", narrative="Three."),
        row("1.2.2", "A-3", narrative="Three.", reason="We erred."),
        row("2.1", "A-4", evidence=[{"title": "A law", "citation": "Act 5"}]),
    )
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["dry_run"] is False
    assert told["counts"] == {"new": 1, "changed": 1, "unchanged": 1, "correction": 1}
    outcomes = [one["outcome"] for one in told["rows"]]
    assert outcomes == ["unchanged", "changed", "correction", "new"]
    ids = [one["entry"] for one in told["rows"]]
    assert ids[:2] == [kept, edited]
    assert str(Entry.objects.get(pk=ids[2]).supersedes_id) == published
    new = sender.client.get(f"/api/v1/entries/{ids[3]}/").json()
    assert (new["external_ref"], len(new["evidence"])) == ("A-4", 1)
    assert (
        sender.client.get(f"/api/v1/entries/{ids[1]}/").json()["narrative"] == "Three."
    )


WRONG = [
    row("1.1.1", "A-1"),
    row("1.2.1", "A-2", status="excellent", is_at_risk="yes"),
    row("1.2.2", "A-3", narrative="a\u202eb"),
    row("9.9", "A-4"),
    row("2.1", "A-5", member="FR"),
    row("1.1.1", "A-6"),
    row("2.1", "A\tB", evidence=[{"title": "x", "url": "x", "size": 5}]),
    5,
]
FOUND = [
    ("/rows/1/status", "invalid_choice"),
    ("/rows/1/is_at_risk", "invalid"),
    ("/rows/2/narrative", "character"),
    ("/rows/3/commitment", "unknown_value"),
    ("/rows/4", "forbidden"),
    ("/rows/5/member_commitment", "twice"),
    ("/rows/6/evidence/0/size", "unknown"),
    ("/rows/7", "invalid"),
]


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_everything_that_is_wrong_in_any_row_is_told(sender, query):
    assert faults_of(send(sender, *WRONG, query=query)) == FOUND
    assert not Entry.objects.exists()
    assert not ExternalRef.objects.exists()


def test_a_dry_run_saves_nothing(sender):
    kept = sender.send(commitment="1.1.1", external_ref="A-1").json()["id"]
    rows = [row("1.1.1", "A-1", narrative="Three."), row("1.2.1", "A-2")]
    told = send(sender, *rows, query="?dry_run=true").json()
    assert told["dry_run"] is True
    assert told["rows"] == [
        {"outcome": "changed", "entry": kept},
        {"outcome": "new", "entry": None},
    ]
    assert Entry.objects.get().narrative != "Three."


def test_what_another_person_wrote_stops_the_import(sender, plan, officer_jp):
    make_entry(member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp)
    made = sender.send(commitment="1.1.1", external_ref="A-1").json()["id"]
    Entry.objects.filter(pk=made).update(written_by=officer_jp)
    answer = send(sender, row("1.1.1", "A-1", narrative="x"), row("1.2.2", "A-2"))
    assert faults_of(answer) == [("/rows/0", "conflict"), ("/rows/1", "draft_exists")]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/rows"),
        ({"rows": []}, "/rows"),
        ({"rows": {}}, "/rows"),
        ({"rows": [{}] * 501}, "/rows"),
        ({"rows": [BODY], "plan": "x"}, "/plan"),
    ],
)
def test_a_body_is_a_list_of_rows(sender, body, pointer):
    answer = sender.post("import/", body)
    assert [one for one, _code in faults_of(answer)] == [pointer]


def test_the_parameter_is_true_or_false(sender, refused_parameter):
    answer = send(sender, row("1.1.1"), query="?dry_run=yes")
    assert refused_parameter(answer) == ("dry_run", "invalid_choice")
    answer = send(sender, row("1.1.1"), query="?dryrun=true")
    assert refused_parameter(answer) == ("dryrun", "unknown")


def test_many_rows_take_as_few_queries_as_few(
    sender, plan, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        answer = send(sender, *(row(code) for code in ("1.1.1", "1.2.1", "2.1")))
    assert answer.status_code == 200
