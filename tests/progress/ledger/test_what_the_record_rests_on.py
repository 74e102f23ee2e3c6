"""Tests of the owner's changes: each row that the record rests on shows a change.

A superuser with the triggers off changes each column of each such table once. The
tables are those that a trigger protects, so that none can be forgotten here.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from progress.ledger.trail_rows import trail_head
from progress.models import Question, TrailRecord
from tests.progress.tampering import as_superuser, rewrite_trail
from tests.samples import one_daily_in
from tests.source_files import ROOT

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "signer"]),
]

# Functions of the triggers that protect what is recorded.
PROTECTORS = [
    "refuse_change", "refuse_change_of_begun", "refuse_change_of_closed",
    "refuse_change_of_filled", "refuse_change_of_published",
    "refuse_change_of_published_evidence", "leave_to_owner",
]  # fmt: skip
# Tables that a trigger protects, and that no publication rests on, with the reason.
NOT_RESTED_ON = {
    "accounts_pendinggrant": "who let a person in: no entry has it",
    "progress_assessmentcomment": "talk about a score, which no release contains",
    "audit_event": "what people did: it repeats what the record says",
    "commitments_leadandtargetversion": "an annex to positions: no entry contains it",
    "progress_publicagreement": "who agreed that the public reads: no entry has it",
    "progress_publicreading": "who let the public read: no entry has it",
    "progress_comment": "talk about an entry, of which no publication says anything",
    "progress_silenceprocedure": "a question about a report: no entry has it",
    "progress_askedmember": "who was asked about a report: no entry has it",
    "progress_objection": "what was said of a report: no entry has it",
    "reports_circulation": "that a report went round: no entry has it",
    "reports_finalapproval": "who made a report final: no entry has it",
    "reports_reportcover": "a picture of a file, which the signed manifest names",
    "reports_schedule": "when drafts are compiled: no entry has it",
}
# Tables whose changes are found by the tests of signed manifests.
OF_REPORTS = {"reports_report", "reports_reportfile", "reports_reportmanifest"}
TESTS_OF_REPORTS = ROOT / "tests/reports/test_finished_reports.py"
# Columns whose change changes nothing that was recorded, with the reason.
NO_PART_OF_IT = {
    "commitments_plan.id": "a key; the slug names the plan",
    "commitments_plan.title": "`load_plan` may correct it",
    "commitments_plan.summit_id": "`load_plan` may correct it",
    "commitments_plan.adopted_on": "`load_plan` may correct it",
    "commitments_action.id": "a key; the number names the action",
    "commitments_subarea.id": "a key; the code names the sub-area",
    "commitments_subarea.action_id": "the code names the action",
    "commitments_subarea.number": "repeats a part of the code",
    "commitments_commitment.id": "a key; the code names the commitment",
    "accounts_actinghead.ended_at": "only who acted when it was cleared counts",
    "accounts_actinghead.ended_by_id": "only who acted when it was cleared counts",
    "accounts_presidency.version": "counts the writes",
    "accounts_presidency.edited_at": "events keep who changed it",
    "commitments_commitment.version": "counts the writes",
    "commitments_commitment.edited_at": "events keep who changed it",
    "commitments_commitment.short_title": "ours, and not adopted",
    "commitments_commitment.is_joint": "`load_plan` may correct it",
    "commitments_commitment.action_id": "the code names the action",
    "commitments_commitment.sub_area_id": "the code names the sub-area",
    "commitments_clause.id": "a key; the letter names the clause",
    "commitments_membercommitment.id": "a key; commitment and member name it",
    "commitments_membercommitment.version": "counts the writes",
    "progress_assessment.version": "counts the writes",
    "progress_assessmenttable.version": "counts the writes",
    "progress_guideline.version": "counts the writes",
    "progress_guideline.written_at": "events keep when it was written",
    "progress_guideline.written_by_id": "events keep who wrote it",
    "progress_guideline.published_by_id": "events keep who published it",
    "progress_checkpoint.id": "a key; the day and the signature name it",
    "progress_checkpoint.sequence": "repeats what the hash says",
    "progress_checkpoint.signed_at": "the day is signed",
    "progress_entry.version": "counts the writes",
    "progress_entry.supersedes_handling": "repeats the label of what it supersedes",
    "progress_entryevidence.id": "a key; its entry, item and position name it",
    "progress_handover.id": "a key; the Presidency names it",
    "progress_handover.version": "counts the writes",
    "progress_question.version": "counts the writes",
    "progress_stocktake.second_reviewer_id": "may change after the close",
    "progress_stocktake.version": "counts the writes",
    "progress_tombstone.number": "orders the changes that are sent",
    "progress_tombstone.ledger_head": "orders the changes that are sent",
    "progress_trailrecord.salt": "destroyed by a legal erasure; a test of its own",
}
# Each member has one for each commitment: a constraint refuses every other value.
NOTHING_FREE = "commitments_membercommitment"
PUBLISHED = "SELECT id FROM progress_entry WHERE stocktake_id IS NULL"
# Which row is changed, where it is not any row.
ROW = {
    "accounts_presidency": "id IN (SELECT presidency_id FROM progress_handover)",
    "commitments_clause": "letter = 'a'",
    "commitments_commitment": "code = '1.2.2'",
    "commitments_membercommitment":
        f"id = (SELECT member_commitment_id FROM progress_entry WHERE id IN"
        f" ({PUBLISHED}))",
    "progress_assessment": "score <> ''",
    "progress_guideline":
        "id IN (SELECT guideline_id FROM progress_assessment)",
    "progress_entry": f"id IN ({PUBLISHED})",
    "progress_evidence":
        f"id IN (SELECT evidence_id FROM progress_entryevidence WHERE entry_id IN"
        f" ({PUBLISHED}))",
    "progress_entryevidence": f"entry_id IN ({PUBLISHED})",
}  # fmt: skip


def protected_tables() -> list[str]:
    with as_superuser() as admin:
        rows = admin.execute(
            "SELECT DISTINCT relname FROM pg_trigger"
            " JOIN pg_proc ON pg_proc.oid = tgfoid"
            " JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE proname = ANY(%s) AND relnamespace = 'public'::regnamespace"
            " ORDER BY 1",
            [PROTECTORS],
        ).fetchall()
    return [table for (table,) in rows]


def columns_of(table: str) -> list[tuple[str, str, str, str]]:
    """Return each column with its type, and the table and key that it refers to."""
    with as_superuser() as admin:
        rows: list[tuple[str, str, str, str]] = admin.execute(
            "SELECT attname, format_type(atttypid, NULL),"
            " COALESCE(confrelid::regclass::text, ''),"
            " COALESCE((SELECT key.attname FROM pg_attribute AS key"
            "  WHERE key.attrelid = confrelid AND key.attnum = confkey[1]), '')"
            " FROM pg_attribute LEFT JOIN pg_constraint"
            "  ON contype = 'f' AND conrelid = attrelid AND conkey = ARRAY[attnum]"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum",
            [table],
        ).fetchall()
    return rows


NEW_VALUES = {
    "boolean": "NOT {0}",
    "bytea": "{0} || '!'::bytea",
    "date": "COALESCE({0}, '2020-01-01') + 1",
    "timestamp with time zone": "COALESCE({0}, now()) + interval '1 second'",
    "uuid": "gen_random_uuid()",
    "jsonb": "jsonb_build_object('x', 1) || {0}",
    # A hash stays a hash, and a text stays within its limit.
    "character varying":
        "CASE WHEN {0} ~ '^[0-9a-f]{{64,}}$'"
        " THEN translate({0}, '0123456789abcdef', '123456789abcdef0')"
        " WHEN length({0}) = 1 THEN 'z' WHEN length({0}) < 5 THEN {0} || 'z'"
        " ELSE overlay({0} PLACING 'z' FROM length({0})) END",
    "text": "{0} || '.'",
}  # fmt: skip


def new_value(column: tuple[str, str, str, str]) -> str:
    name, type_name, referred, key = column
    if referred:
        return (
            f"(SELECT {key} FROM {referred} WHERE {key} IS DISTINCT FROM"
            f" changed.{name} ORDER BY 1 LIMIT 1)"
        )
    return NEW_VALUES.get(type_name, "COALESCE({0}, 0) + 1000").format(name)


@contextmanager
def changed(table: str, column: tuple[str, str, str, str]) -> Iterator[bool]:
    """Change one value of one row, and change it back. Yield whether a rule let it."""
    name, type_name, *_ = column
    where = ROW.get(table, "true")
    first = f"(SELECT ctid FROM {table} WHERE {where} ORDER BY 1 LIMIT 1)"
    try:
        with as_superuser() as admin:
            before = admin.execute(
                f"SELECT {name}::text FROM {table} WHERE ctid = {first}"
            ).fetchone()
            row = admin.execute(
                f"UPDATE {table} AS changed SET {name} = {new_value(column)}"
                f" WHERE ctid = {first} RETURNING changed.ctid::text"
            ).fetchone()
    except psycopg.IntegrityError:
        yield False  # a constraint holds for every role
        return
    assert before is not None, f"{table} has no row here"
    assert row is not None
    yield True
    with as_superuser() as admin:
        admin.execute(
            f"UPDATE {table} SET {name} = %s::{type_name} WHERE ctid = %s::tid",
            [before[0], row[0]],
        )


@pytest.fixture
def whole(recorded, scored, officer_jp, coordinator, plan, now, verify):
    """Everything recorded, with one entry erased by law; and the heads held outside."""
    heads = [trail_head(), recorded.ledger_record.sha256]
    assert verify(*heads) == []
    return heads


def erase(entry: Any) -> None:
    call_command(
        "erase_entry", str(entry.pk), reason="Order 12", by="A. Clerk", yes=True,
        stdout=StringIO(),
    )  # fmt: skip


def test_every_table_and_column_named_here_exists(whole):
    tables = protected_tables()
    assert set(NOT_RESTED_ON) | OF_REPORTS <= set(tables)
    assert all(table in TESTS_OF_REPORTS.read_text("utf-8") for table in OF_REPORTS)
    columns = {f"{table}.{name}" for table in tables for name, *_ in columns_of(table)}
    assert set(NO_PART_OF_IT) <= columns


def test_a_column_of_each_protected_table_shows_a_change(whole, verify, recorded):
    check_columns(whole, verify, every=False)


def test_each_column_of_each_protected_table_shows_a_change(whole, verify, recorded):
    """All but those that are named above, with the reason."""
    check_columns(whole, verify, every=True)


def check_columns(
    whole: list[str], verify: Callable[..., list[str]], *, every: bool
) -> None:
    """Change every column of each table in turn, or the first that a rule lets."""
    unseen = []
    for table in protected_tables():
        if table in {*NOT_RESTED_ON, *OF_REPORTS, "progress_tombstone"}:
            continue
        is_found = table == NOTHING_FREE
        for column in columns_of(table):
            name = f"{table}.{column[0]}"
            if name in NO_PART_OF_IT or (is_found and not every):
                continue
            with changed(table, column) as is_changed:
                if is_changed and verify(*whole):
                    is_found = True
                elif is_changed:
                    unseen.append(name)
        assert is_found, f"no change of {table} was found"
    assert unseen == []
    assert verify(*whole) == []


def test_each_column_of_a_tombstone_shows_a_change(whole, verify, recorded):
    erase(recorded)
    assert verify(*whole) == []
    for column in columns_of("progress_tombstone"):
        if f"progress_tombstone.{column[0]}" in NO_PART_OF_IT:
            continue
        with changed("progress_tombstone", column) as is_changed:
            assert not is_changed or verify(*whole), column


@pytest.mark.parametrize(
    ("table", "change"),
    one_daily_in(
        4,
        [
            ("commitments_plan", "preamble = preamble || '.'"),
            ("commitments_action", "title = title || '.'"),
            ("commitments_subarea", "title = title || '.'"),
            ("commitments_commitment", "text = text || '.'"),
            ("commitments_clause", "text = text || '.'"),
            ("accounts_presidency", "starts_at = starts_at + interval '1 second'"),
            ("progress_stocktake", "grace_ends_at = grace_ends_at + interval '1 day'"),
            ("progress_extension", "reason = reason || '.'"),
            ("progress_transition", "reason = 'Another.'"),
            ("progress_clearance", "capital_reference = 'Cable 13'"),
            ("progress_round", "text = jsonb_build_object('narrative', 'Another.')"),
            ("progress_release", "reason = reason || '.'"),
            ("progress_question", "body = body || '.'"),
            ("progress_question", "answer = answer || '.'"),
            ("progress_handover", "note = note || '.'"),
            ("progress_handover", "received_at = received_at - interval '1 day'"),
        ],
    ),
)
def test_a_trail_written_anew_does_not_hold_against_a_head_held_outside(
    whole, verify, table, change
):
    with as_superuser() as admin:
        admin.execute(f"UPDATE {table} SET {change} WHERE {ROW.get(table, 'true')}")
    assert any("Trail row" in line for line in verify())
    rewrite_trail()
    assert verify() == []
    found = verify(*whole)
    assert f"The head {whole[0]} of the option --head is not in the" in "".join(found)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM progress_transition WHERE verb = 'return'",
        "DELETE FROM progress_clearance",
        "DELETE FROM progress_question",
        "DELETE FROM progress_handover",
        "DELETE FROM progress_extension",
        "INSERT INTO progress_transition (entry_id, verb, before, after, reason, at,"
        " by_id) SELECT entry_id, verb, before, after, reason, at, by_id"
        " FROM progress_transition WHERE verb = 'clear'",
        "INSERT INTO progress_question (id, entry_id, member_id, body, due_on,"
        " asked_at, asked_by_id, answer, version) SELECT gen_random_uuid(), entry_id,"
        " member_id, body, due_on, asked_at, asked_by_id, '', 1 FROM progress_question",
        "DELETE FROM progress_trailrecord WHERE kind = 'answer'",
        "DELETE FROM progress_trailrecord WHERE sequence ="
        " (SELECT max(sequence) FROM progress_trailrecord)",
    ],
)
def test_what_is_taken_out_or_put_in_is_named(whole, verify, statement):
    with as_superuser() as admin:
        assert admin.execute(statement).rowcount
    assert verify(*whole)


def test_a_legal_erasure_of_each_kind_of_row_is_no_finding(whole, verify, recorded):
    """Transitions, clearances, rounds, releases, question and answer, evidence."""
    erase(recorded)
    question = Question.objects.get()
    assert (question.body, question.answer) == ("[erased]", "[erased]")
    assert recorded.rounds.get().reason == "[erased]"
    salts = dict(TrailRecord.objects.values_list("kind", "salt"))
    erased = {kind for kind, salt in salts.items() if not salt}
    assert erased <= {"publication", "question", "answer"}
    assert TrailRecord.objects.filter(salt="").count() == 3
    assert verify(*whole) == []
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert "Erased by law, trail row" in out.getvalue()
    assert "When?" not in str(list(TrailRecord.objects.values()))


def test_a_salt_that_is_destroyed_without_an_erasure_is_named(whole, verify):
    with as_superuser() as admin:
        admin.execute("UPDATE progress_trailrecord SET salt = '' WHERE kind = 'answer'")
    assert "its salt is gone without a legal erasure" in "".join(verify())


def test_a_salt_that_is_none_is_named_by_its_row(whole, verify):
    with as_superuser() as admin:
        admin.execute(
            "UPDATE progress_trailrecord SET salt = 'x' WHERE kind = 'answer'"
        )
    assert "changed since it was recorded: answer" in "".join(verify())


def test_no_text_is_in_the_trail(whole):
    texts = "".join(TrailRecord.objects.values_list("content", flat=True))
    for text in ("When?", "Cable 12", "Which agency?", "The police.", "Floods.",
                 "All is well.", "It waits."):  # fmt: skip
        assert text not in texts


def test_every_text_has_a_hash_of_its_own(whole):
    """Equal texts are not seen to be equal."""
    (row,) = TrailRecord.objects.filter(kind="publication").order_by("-sequence")[:1]
    clearances = json.loads(row.content)["clearances"]
    hashes = {one["capital_reference"]["hmac_sha256"] for one in clearances}
    assert len(clearances) == len(hashes) == 2
