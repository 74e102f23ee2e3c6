"""Tests of legal erasure of the words about a score: none is left, the score stays."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from g7plan.backup.erasure_list import read_list
from g7plan.backup.erasures import repeat
from progress.actions.assessments.feedback import answer_comment, comment_on
from progress.ledger.chain import hash_of_text
from progress.ledger.export import export_lines
from progress.ledger.rows import ledger_rows
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Guideline,
    Tombstone,
    TrailRecord,
)
from tests.g7plan.test_erase_entry import tables_with
from tests.g7plan.words_of_an_entry import CANARY
from tests.progress.assessments.scoring import (
    cell,
    make_guidelines,
    make_table,
    release,
    revision,
    score,
    table_in_feedback,
)
from tests.progress.tampering import as_superuser

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
REASON, CLERK = "Order 12 of the court", "A. Clerk"
SCORES = {("1.1.1", "FR"): "1", ("1.1.1", "JP"): "-1"}


@pytest.fixture
def table(stocktake, assessor):
    """A table in feedback whose score of Japan has a unique word in its rationale."""
    made = make_table(assessor.body, stocktake)
    score(made, {("1.1.1", "FR"): "1"})
    score(made, {("1.1.1", "JP"): "-1"}, rationale=f"Mr {CANARY} did nothing.")
    return made


@pytest.fixture
def released(table):
    return release(table)


@pytest.fixture
def talked(stocktake, assessor, officer_jp):
    """A comment of Japan on its score, and the answer, each with a unique word."""
    made = table_in_feedback(assessor.body, stocktake, SCORES, audience="readers")
    at = datetime.now(UTC)
    comment = comment_on(
        assessment=cell(made, "1.1.1", "JP"), text=f"A {CANARY}", by=officer_jp, at=at
    )
    answer_comment(comment=comment, text=f"B {CANARY}", by=assessor, at=at)
    return comment


def erase(text, **options):
    out = StringIO()
    given = {"reason": REASON, "by": CLERK, "yes": True, **options}
    call_command("erase_score", str(text.pk), stdout=out, **given)
    return out.getvalue()


def verified():
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


def test_no_word_of_a_score_is_left_and_the_score_and_the_ledger_are_whole(released):
    before = cell(released, "1.1.1", "JP")
    erase(before)
    assert tables_with(CANARY) == set()
    after = cell(released, "1.1.1", "JP")
    assert (after.score, after.as_of) == (before.score, before.as_of)
    assert after.rationale == f"[erased on {datetime.now(UTC).date()}: {REASON}]"
    assert after.sources == "[erased]"
    tombstone = Tombstone.objects.get()
    assert tombstone.assessment == after
    assert after.ledger_record
    assert tombstone.content_sha256 == after.ledger_record.content_sha256
    said = verified()
    assert f"score {after.pk} by university-observatory: erased on" in said
    assert "The ledger is intact." in said
    assert TrailRecord.objects.get(kind="erasure").subject == str(after.pk)


def test_the_event_names_the_body_and_no_word(released):
    erase(cell(released, "1.1.1", "JP"))
    event = Event.objects.get(verb="assessment.erase")
    assert event.data == {"by": CLERK, "body": "university-observatory"}


def test_an_export_says_that_it_was_erased(released):
    erase(cell(released, "1.1.1", "JP"))
    text = b"".join(
        export_lines(ledger_rows(), audience="amber", readable=frozenset({"green"}))
    ).decode()
    assert text.count("erased_at") == 1
    assert CANARY not in text


def test_a_guideline_is_erased_and_the_scores_by_it_are_whole(stocktake, assessor):
    guideline = make_guidelines(assessor.body, stocktake.plan)["1.1.1"]
    table = make_table(assessor.body, stocktake)
    score(table, SCORES)
    release(table)
    erase(guideline)
    text, guideline = guideline.text, Guideline.objects.get(pk=guideline.pk)
    assert guideline.text.startswith("[erased on ")
    assert Tombstone.objects.get().content_sha256 == hash_of_text(text)
    assert "The ledger is intact." in verified()


def test_a_false_tombstone_of_a_guideline_is_found(stocktake, assessor, table):
    guideline = Guideline.objects.get(commitment__code="1.1.1")
    release(table)
    erase(guideline)
    with as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE progress_tombstone SET content_sha256 = repeat('a', 64)")
    with pytest.raises(CommandError, match="not intact"):
        verified()


def test_a_comment_is_erased_and_its_answer_is_named(talked):
    said = erase(talked)
    answer = AssessmentComment.objects.get(answers=talked)
    assert f"NOT erased: Answer {answer.pk}" in said
    talked.refresh_from_db()
    assert talked.text == "[erased]"
    erase(answer)
    assert tables_with(CANARY) == set()
    assert "The ledger is intact." in verified()


def test_comments_are_erased_with_the_score_that_they_are_about(talked):
    assert "2 comments and answers about it" in erase(talked.assessment)
    assert tables_with(CANARY) == set()


def test_a_score_that_only_delegations_have_read_is_erased_too(talked):
    """It has no record yet. The release then has the mark."""
    found = talked.assessment
    erase(found)
    assert Tombstone.objects.get().content_sha256 == ""
    release(AssessmentTable.objects.get())
    assert "The ledger is intact." in verified()
    found.refresh_from_db()
    assert found.rationale.startswith("[erased on ")


def test_a_revision_that_repeats_the_words_is_named(released):
    again = cell(revision(released), "1.1.1", "JP")
    said = erase(cell(released, "1.1.1", "JP"))
    assert f"NOT erased: Score {again.pk}" in said
    assert tables_with(CANARY) == {"progress_assessment"}


@pytest.mark.parametrize(
    ("options", "words"),
    [({"reason": " "}, "Give the reason"), ({"by": ""}, "Give the reason")],
)
def test_it_wants_a_reason_and_a_name(released, options, words):
    with pytest.raises(CommandError, match=words):
        erase(cell(released, "1.1.1", "JP"), **options)


def test_what_others_have_read_is_erased_and_once(table):
    draft = cell(table, "1.1.1", "JP")
    with pytest.raises(CommandError, match="Change the draft instead"):
        erase(draft)
    release(table)
    erase(draft)
    with pytest.raises(CommandError, match="has already been erased"):
        erase(draft)
    with pytest.raises(CommandError, match="There is no score"):
        call_command("erase_score", "0" * 32, reason=REASON, by=CLERK, yes=True)


def test_it_asks_first(released, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    with pytest.raises(CommandError, match="Nothing was erased"):
        erase(cell(released, "1.1.1", "JP"), yes=False)
    assert not Tombstone.objects.exists()


# ---- After a restore


@pytest.fixture
def listed(settings, tmp_path):
    settings.ERASURES_FILE = str(tmp_path / "erasures.jsonl")
    return lambda: read_list(tmp_path / "erasures.jsonl")


def test_it_is_erased_again_after_a_restore(table, listed, now):
    """In the backup it is still a draft. A repeat changes nothing more."""
    draft = cell(table, "1.1.1", "JP")
    before = Assessment.objects.filter(pk=draft.pk).values("rationale", "sources")[0]
    release(table)
    erase(draft)
    with as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement in (
            "DELETE FROM progress_tombstone",
            "DELETE FROM progress_trailrecord WHERE kind IN ('erasure', 'release')",
            "UPDATE progress_assessment SET ledger_record_id = NULL",
            "DELETE FROM progress_ledgerrecord",
            "UPDATE progress_assessmenttable SET state = 'draft', released_at = NULL,"
            " released_by_id = NULL",
        ):
            admin.execute(statement)
        admin.execute(
            "UPDATE progress_assessment SET rationale = %s, sources = %s WHERE id = %s",
            [before["rationale"], before["sources"], draft.pk],
        )
    assert dict(repeat(listed(), at=now)) == {"erased again": 1}
    assert tables_with(CANARY) == set()


def test_a_released_score_is_erased_again_once(released, listed, now):
    found = cell(released, "1.1.1", "JP")
    erase(found)
    (line,) = listed()
    assert (line.kind, line.id) == ("score", found.pk)
    assert CANARY not in line.line()
    assert dict(repeat([line], at=now)) == {"erased already": 1}


def test_what_the_backup_does_not_have_is_left(talked, listed, now):
    erase(talked)
    (line,) = listed()
    with as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("DELETE FROM progress_assessmentcomment")
    assert dict(repeat([line], at=now)) == {"not in the backup": 1}
