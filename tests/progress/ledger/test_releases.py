"""Tests of released score tables on the ledger: content, order, time and faults."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from progress.actions.assessments.record import put_table_on_record
from progress.actions.checkpoints import sign_checkpoint
from progress.actions.ledger import seal_ledger
from progress.ledger.assessment_content import CELL_FIELDS, TABLE_FIELDS
from progress.ledger.chain import hash_of, hash_of_text
from progress.ledger.export import export_lines
from progress.ledger.rows import ledger_rows
from progress.models import (
    Assessment,
    AssessmentTable,
    Guideline,
    LedgerRecord,
    TrailRecord,
)
from tests.factories import make_body
from tests.progress.assessments.scoring import (
    make_table,
    release,
    released_at,
    released_table,
    revision,
    score,
)
from tests.progress.ledger.forging import BEGIN, record
from tests.progress.tampering import as_superuser

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])

# In the order of the plan, and of the codes of members.
SCORES = {("1.1.1", "FR"): "1", ("1.1.1", "JP"): "-1", ("1.2.2", "JP"): "0",
          ("2.1", "EU"): "not_applicable"}  # fmt: skip
# A row's version and its record are no content. Its place has other names.
NOT_CONTENT = {"version", "ledger_record", "member_commitment", "table"}
BESIDE = {"plan", "stocktake", "commitment", "member", "scores", "guideline_number",
          "guideline_published_at", "guideline_sha256"}  # fmt: skip


@pytest.fixture
def released(stocktake, assessor):
    return released_table(assessor.body, stocktake, SCORES)


def draft_of(body, stocktake, scores=None):
    table = make_table(body, stocktake)
    score(table, scores or SCORES)
    return table


def cells_of(table):
    cells = table.assessments.exclude(ledger_record=None)
    return list(cells.order_by("ledger_record_id"))


def change(statement):
    """Run SQL as a superuser, with the triggers switched off."""
    with as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(statement)


# ---- What a release writes


def test_each_score_has_a_record_in_the_order_of_the_plan(released):
    records = LedgerRecord.objects.order_by("sequence")
    assert [record.kind for record in records] == ["assessment"] * len(SCORES)
    assert {record.recorded_at for record in records} == {released.released_at}
    found = [
        (cell.member_commitment.commitment.code, cell.member_code)
        for cell in cells_of(released)
    ]
    assert found == list(SCORES)
    assert [cell.ledger_record_id for cell in cells_of(released)] == [1, 2, 3, 4]


def test_a_cell_without_a_score_has_no_record(released):
    without = released.assessments.filter(ledger_record=None)
    assert without.count() == released.assessments.count() - len(SCORES)
    assert not without.exclude(score="").exists()


def test_the_content_is_the_whole_score_and_its_table(released, plan, assessor):
    row = next(iter(ledger_rows()))
    assert row.subject
    content = row.subject.content
    cell = cells_of(released)[0]
    guideline = Guideline.objects.get(pk=cell.guideline_id)
    columns = {field.name for field in Assessment._meta.concrete_fields}
    assert set(content) == (columns - NOT_CONTENT) | BESIDE | set(TABLE_FIELDS)
    assert set(CELL_FIELDS) <= set(content)
    assert content["id"] == str(cell.pk)
    assert content["table"] == str(released.pk)
    assert content["body"] == "university-observatory"
    assert (content["commitment"], content["member"]) == ("1.1.1", "FR")
    assert (content["score"], content["scores"]) == ("1", len(SCORES))
    assert content["rationale"].startswith("FR on 1.1.1")
    assert content["guideline_sha256"] == hash_of_text(guideline.text)
    assert content["released_by"] == str(assessor.pk)
    assert hash_of(content) == row.link.content_sha256


def test_the_trail_has_one_row_of_the_release(released):
    row = TrailRecord.objects.get(kind="release")
    content = json.loads(row.content)
    assert row.subject == str(released.pk)
    assert content["scores"] == len(SCORES)
    assert content["cells"] == released.assessments.count()
    assert content["last_record"] == LedgerRecord.objects.get(pk=4).sha256


def test_a_release_is_dated_after_the_seal_and_not_before_the_record_before_it(
    stocktake, assessor, reported
):
    reported()
    sealed = LedgerRecord.objects.get().recorded_at + timedelta(milliseconds=20)
    seal_ledger(sealed)
    table = released_table(assessor.body, stocktake)
    assert released_at(table) > sealed
    assert cells_of(table)[0].ledger_record_id == 2


def test_a_large_table_is_released_by_few_statements(stocktake, assessor):
    body = assessor.body
    small = draft_of(body, stocktake, {("1.1.1", "FR"): "1"})
    with CaptureQueriesContext(connection) as few:
        release(small)
    every = {(code, member): "0"
             for code in ("1.1.1", "1.2.1", "1.2.2", "2.1")
             for member in ("FR", "JP", "EU", "IT")}  # fmt: skip
    table = revision(AssessmentTable.objects.get(), every)
    with CaptureQueriesContext(connection) as many:
        release(table)
    assert LedgerRecord.objects.count() == 1 + len(every)
    assert len(many) <= len(few) < 40


# ---- Verification


def test_the_ledger_is_intact_and_is_signed(released, verify, now, reported):
    reported()
    sign_checkpoint(at=now)
    assert not verify(LedgerRecord.objects.get(pk=2).sha256)


FAULTS = {
    "a changed score": (
        "UPDATE progress_assessment SET score = '1' WHERE ledger_record_id = 2",
        "its score has been changed since it was released",
    ),
    "changed words": (
        "UPDATE progress_assessment SET rationale = 'x' WHERE ledger_record_id = 2",
        "its score has been changed",
    ),
    "a changed guideline": (
        "UPDATE progress_guideline SET text = 'x' WHERE id ="
        " (SELECT guideline_id FROM progress_assessment WHERE ledger_record_id = 2)",
        "Record 2 of",
    ),
    "another label": (
        "UPDATE progress_assessmenttable SET handling = 'clear'",
        "its score has been changed",
    ),
    "a score that is gone": (
        "DELETE FROM progress_assessment WHERE ledger_record_id = 2",
        "its score is gone",
    ),
    "a score that was added": (
        "UPDATE progress_assessment SET score = '1', rationale = 'x', as_of = now(),"
        " scored_at = now(), scored_by_id = (SELECT scored_by_id FROM"
        " progress_assessment WHERE ledger_record_id = 2), guideline_id = (SELECT"
        " guideline_id FROM progress_assessment WHERE ledger_record_id = 2)"
        " WHERE id = (SELECT id FROM progress_assessment WHERE score = '' LIMIT 1)",
        "it is released and has no record in the ledger",
    ),
    "a cell without a score that is gone": (
        "DELETE FROM progress_assessment WHERE id ="
        " (SELECT id FROM progress_assessment WHERE score = '' LIMIT 1)",
        "changed since it was recorded: cells",
    ),
    "a table that is a draft again": (
        "UPDATE progress_assessmenttable SET state = 'draft', released_at = NULL,"
        " released_by_id = NULL",
        "it has a record in the ledger and is not released",
    ),
    "records that changed places": (
        "UPDATE progress_assessment SET ledger_record_id = NULL"
        " WHERE ledger_record_id = 2;"
        "UPDATE progress_assessment SET ledger_record_id = 2"
        " WHERE ledger_record_id = 3",
        "its record does not have its place among those of its table",
    ),
    "another time of the release": (
        "UPDATE progress_assessmenttable SET released_at = released_at"
        " + interval '1 hour'",
        "its ledger record is of another time",
    ),
    "a row of the trail that is gone": (
        "DELETE FROM progress_trailrecord WHERE kind = 'release'",
        "is not in the trail",
    ),
    "who began it": (
        "UPDATE progress_assessmenttable SET began_at = began_at - interval '1 day'",
        "changed since it was recorded: began_at",
    ),
    "a guideline from afterwards": (
        "UPDATE progress_guideline SET published_at = published_at + interval '1 h'",
        "its score has been changed",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_was_changed_is_found(released, verify, name):
    statement, words = FAULTS[name]
    assert not verify()
    change(statement)
    assert any(words in line for line in verify()), "\n".join(verify())


def test_the_signer_does_not_sign_a_false_release(released, now):
    change("UPDATE progress_assessmenttable SET state = 'draft', released_at = NULL,"
           " released_by_id = NULL")  # fmt: skip
    with pytest.raises(Exception, match="not intact"):
        sign_checkpoint(at=now)


# ---- What the database refuses at the commit


@pytest.fixture
def draft(stocktake, assessor, all_rules):
    return draft_of(assessor.body, stocktake)


def refused(words, *steps):
    with pytest.raises(DatabaseError, match=words):
        commit(steps)


def commit(steps):
    with transaction.atomic():
        for step in steps:
            step()


def test_a_release_without_records_is_refused(draft, assessor, now):
    def set_state():
        AssessmentTable.objects.filter(pk=draft.pk).update(
            state="released", released_at=now, released_by=assessor
        )

    refused("not each score", set_state)


def test_a_release_by_another_body_is_refused(draft, other_assessor, now):
    refused(
        "not released by its own body",
        lambda: put_table_on_record(draft, by=other_assessor, at=now),
    )


def test_a_release_without_a_score_is_refused(draft, assessor, now):
    blank = {"score": "", "guideline": None}
    Assessment.objects.filter(table=draft).update(**blank)
    refused("it has no score", lambda: put_table_on_record(draft, by=assessor, at=now))


def test_a_record_of_a_score_that_is_not_released_is_refused(draft, stocktake):
    """Also where the record itself continues the chain."""
    released_table(make_body("policy-institute"), stocktake)
    cell = draft.assessments.exclude(score="").first()

    def add_record():
        with connection.cursor() as cursor:
            cursor.execute(BEGIN)
            cursor.execute(record("assessment"))

    def point():
        last = LedgerRecord.objects.order_by("-pk").first()
        Assessment.objects.filter(pk=cell.pk).update(ledger_record=last)

    refused("is of nothing published", add_record, point)
    refused("is of nothing published", add_record)


# ---- The export


def lines(audience, readable):
    found = export_lines(ledger_rows(), audience=audience, readable=readable)
    return [json.loads(line) for line in found][1:]


def test_an_export_has_scores_up_to_its_label(released):
    for line in lines("green", frozenset({"clear", "green"})):
        assert line["content"]["scores"] == len(SCORES)
    for line in lines("clear", frozenset({"clear"})):
        assert line["withheld"] is True
        assert "content" not in line


def test_a_revision_of_a_green_table_is_withheld_from_an_export_of_clear(released):
    release(revision(released), handling="clear")
    assert all("content" not in line for line in lines("clear", frozenset({"clear"})))
