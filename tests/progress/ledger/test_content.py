"""Tests of a record's content: every column of the entry and of its evidence."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
import rfc8785
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, MemberCommitment, Plan
from progress.ledger.chain import hash_of, instant
from progress.ledger.publications import WRONG_PUBLICATIONS
from progress.ledger.reading import chunks_of
from progress.ledger.rows import ledger_rows, records_sql
from progress.ledger.trail_rows import compared_sql, trail_rows
from progress.models import Entry, Evidence, Stocktake
from tests.progress.ledger.contents import content_of

# The member commitment is named by its plan, commitment and member, which never change.
BY_OTHER_NAMES = {"member_commitment": {"plan", "commitment", "member"}}
# The row's state in the workflow, and the record itself, are not published content.
# Computed with the code of the release before `language` joined.
HASH_OF_OLD_ENTRY = "f881272fa957a3917ea0a8a98729f886c4c44c4e393954c11fdc8f8db77ef623"
# The last repeats the label of what it supersedes, for the order of changes.
NOT_CONTENT = {"state", "version", "ledger_record", "supersedes_handling"}


def columns_of(model):
    return {field.name for field in model._meta.concrete_fields}


def test_every_column_of_an_entry_is_vouched_for(reported):
    entry = reported(evidence=2, language="ja")
    content = content_of(entry, entry.evidence.all())
    named = columns_of(Entry) - NOT_CONTENT - set(BY_OTHER_NAMES)
    assert set(content) == named | BY_OTHER_NAMES["member_commitment"] | {"evidence"}


def test_a_field_of_a_later_release_is_left_out_where_it_is_empty(reported):
    """Or the hashes of what earlier releases published would not match any more."""
    entry = reported()
    assert "language" not in content_of(entry, [])
    assert hash_of(content_of(old_entry(), [])) == HASH_OF_OLD_ENTRY
    entry.language = "fr"
    assert content_of(entry, [])["language"] == "fr"


def old_entry():
    """An entry as the first release published it. It is never saved."""
    at, by = datetime(2017, 5, 20, 12, tzinfo=UTC), UUID(int=7)
    commitment = Commitment(code="1.2.2", plan=Plan(slug="ise-shima-2016-ct"))
    return Entry(
        id=UUID(int=1),
        member_commitment=MemberCommitment(commitment=commitment, member_id="JP"),
        stocktake=Stocktake(slug="first"),
        as_of=date(2017, 5, 19),
        status="limited",
        narrative="二国間で照合している。",
        handling="green",
        written_at=at,
        written_by_id=by,
        submitted_at=at,
        submitted_by_id=by,
        published_at=at,
        published_by_id=UUID(int=8),
    )


def test_every_column_of_its_evidence_is_vouched_for(reported):
    entry = reported(evidence=1)
    (item,) = content_of(entry, entry.evidence.all())["evidence"]
    assert set(item) == columns_of(Evidence)


def test_it_is_what_the_record_was_made_from(reported):
    entry = Entry.objects.get(pk=reported(evidence=2).pk)
    evidence = Evidence.objects.filter(entry_links__entry=entry)
    content = content_of(entry, evidence.order_by("entry_links__position"))
    assert entry.ledger_record
    assert hash_of(content) == entry.ledger_record.content_sha256


@pytest.mark.parametrize(
    "text", ["", "null", 'a "b" \\ / \t\n\x01\x7f', "日本 𠮷 \u2028"]
)
def test_the_database_reads_it_as_the_action_does(reported, text):
    """Verification reads the content as JSON; publishing makes it from columns."""
    entry = reported(
        evidence=2, file_name="a.txt", narrative=f"x{text}", next_steps=text
    )
    evidence = Evidence.objects.filter(entry_links__entry=entry)
    (row,) = ledger_rows()
    assert row.subject
    assert row.subject.content == content_of(
        Entry.objects.get(pk=entry.pk), evidence.order_by("entry_links__position")
    )


def test_a_whole_ledger_is_one_query_however_many_records_there_are(
    monkeypatch, reported
):
    def other_queries():
        with CaptureQueriesContext(connection) as captured:
            assert [*ledger_rows(), *trail_rows()]
        return len(captured)

    read: list[str] = []

    def noted(sql, values, *, using):
        read.append(sql)
        return chunks_of(sql, values, using=using)

    for module in ("rows", "trail_rows"):
        monkeypatch.setattr(f"progress.ledger.{module}.chunks_of", noted)
    reported(evidence=2)
    few = other_queries()
    for _number in range(3):
        reported(evidence=2)
    assert other_queries() == few
    assert len(read) == 4
    assert "preamble" not in read[0]


def nodes_of(plan):
    """Yield a plan and every part of it."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes_of(part)


@pytest.mark.parametrize("sql", [records_sql(), compared_sql(), WRONG_PUBLICATIONS])
def test_no_record_has_a_query_of_its_own_in_the_plan(reported, sql):
    """A subquery that reads a table would be run for each record."""
    reported(evidence=2)
    values: dict[str, int | str] = {"after": 0, "known_at": "2100-01-01"}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        ((plan,),) = cursor.fetchone()
    subqueries = [
        part
        for node in nodes_of(plan["Plan"])
        if node.get("Parent Relationship") == "SubPlan"
        for part in nodes_of(node)
    ]
    # Few clearances name an acting head. It is found by its key, and for them alone.
    others = [
        part
        for part in subqueries
        if part.get("Index Name") != "accounts_actinghead_pkey"
    ]
    assert {part["Node Type"] for part in others} <= {"Result"}


@pytest.mark.parametrize("rows", [ledger_rows, trail_rows])
def test_they_are_the_same_rows_in_chunks(monkeypatch, reported, rows):
    for _number in range(4):
        reported(evidence=2)
    at_once = list(rows())
    monkeypatch.setattr("progress.ledger.reading.CHUNK", 3)
    assert list(rows()) == at_once


def test_it_is_json_that_any_library_hashes_alike(reported):
    entry = reported(evidence=1, narrative='Ünïcode, "𠮷", \t and \x7f')
    content = content_of(entry, entry.evidence.all())
    plain = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert rfc8785.dumps(content) == plain.encode()


def test_an_instant_is_utc_with_six_decimals():
    tokyo = timezone(timedelta(hours=9))
    assert instant(datetime(2017, 5, 20, 21, tzinfo=tokyo)) == (
        "2017-05-20T12:00:00.000000Z"
    )
    assert instant(datetime(2017, 5, 20, 12, 0, 0, 7, UTC)).endswith(":00.000007Z")
