"""Tests of rule 2: the database refuses to change what is published, to every role."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from audit.record import record
from progress.actions.checkpoints import sign_checkpoint
from progress.actions.review import return_entry
from progress.actions.stocktakes import close_stocktake
from progress.ledger.chain import Link
from progress.models import (
    Clearance,
    Comment,
    EntryEvidence,
    Evidence,
    EvidenceFile,
    Extension,
    LedgerRecord,
    Release,
    State,
)
from tests.factories import make_entry, make_user, member_commitment_of
from tests.progress.tampering import as_superuser

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])

# Append-only tables, each with one row here.
ONLY_ADDED = (
    "progress_evidence", "progress_evidencefile", "progress_transition",
    "progress_round", "progress_clearance", "progress_comment", "progress_extension",
    "progress_release", "progress_ledgerrecord", "progress_checkpoint",
    "progress_tombstone", "progress_entryauthor", "audit_event",
)  # fmt: skip
# A draft's rows may change; only those of published entries stay.
PARTLY = ("progress_entry", "progress_entryevidence")
# The column that identifies a row, where that is not `id`.
KEYS = {
    "progress_evidencefile": "evidence_id",
    "progress_ledgerrecord": "sequence",
}
TOMBSTONE = (
    "id, entry_id, content_sha256, reason, erased_at, erased_by, number, ledger_head"
)
PUBLISHED = "(SELECT id FROM progress_entry WHERE state = 'published')"
OF_PUBLISHED = {
    "progress_entry": f"id IN {PUBLISHED}",
    "progress_entryevidence": f"entry_id IN {PUBLISHED}",
}


def changes_of(table: str) -> list[str]:
    """All SQL statements that change or remove a row."""
    key = KEYS.get(table, "id")
    which = OF_PUBLISHED.get(table, "true")
    return [
        f"UPDATE {table} SET {key} = {key} WHERE {which}",
        f"DELETE FROM {table} WHERE {which}",
        f"TRUNCATE {table} CASCADE",
        f"MERGE INTO {table} AS t USING (SELECT {key} AS k FROM {table} WHERE {which})"
        f" AS s ON t.{key} = s.k WHEN MATCHED THEN UPDATE SET {key} = s.k",
        f"MERGE INTO {table} AS t USING (SELECT {key} AS k FROM {table} WHERE {which})"
        f" AS s ON t.{key} = s.k WHEN MATCHED THEN DELETE",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE {which}"
        f" ON CONFLICT ({key}) DO UPDATE SET {key} = excluded.{key}",
        f"WITH gone AS (DELETE FROM {table} WHERE {which} RETURNING 1)"
        " SELECT count(*) FROM gone",
    ]


RECORD = (
    "INSERT INTO progress_ledgerrecord (sequence, kind, recorded_at, content_sha256,"
    " previous_sha256, sha256) SELECT {} FROM progress_ledgerrecord"
    " ORDER BY sequence DESC LIMIT 1"
)
# Rows that look like a publication but are none.
FALSE_PUBLICATIONS = [
    "INSERT INTO progress_entryevidence (entry_id, evidence_id, position)"
    f" SELECT {PUBLISHED}, id, 9 FROM progress_evidence LIMIT 1",
    "UPDATE progress_entryevidence SET entry_id = "
    f"{PUBLISHED}, position = 8 WHERE entry_id NOT IN {PUBLISHED}",
    "UPDATE progress_entry SET state = 'published', published_at = now(),"
    " published_by_id = written_by_id WHERE state = 'returned'",
    "UPDATE progress_entry SET state = 'published', published_at = now(),"
    " published_by_id = written_by_id, ledger_record_id = 1 WHERE state = 'returned'",
    "UPDATE progress_entry SET state = 'published', published_at = now(),"
    " published_by_id = written_by_id, ledger_record_id = 7 WHERE state = 'returned'",
    RECORD.format("sequence + 1, kind, recorded_at, content_sha256, sha256, sha256"),
    RECORD.format(
        "sequence + 2, kind, recorded_at, content_sha256, sha256, repeat('a', 64)"
    ),
    RECORD.format(
        "sequence + 1, kind, recorded_at - interval '1 day', content_sha256, sha256,"
        " repeat('a', 64)"
    ),
    RECORD.format(
        "sequence + 1, kind, recorded_at, content_sha256, repeat('b', 64),"
        " repeat('a', 64)"
    ),
    "UPDATE progress_ledgerseal SET sealed_at = sealed_at - interval '1 second'",
]
# Refused to the application's role, but not to the owner.
NOT_THE_APPLICATION_S = [
    f"INSERT INTO progress_tombstone ({TOMBSTONE})"
    " SELECT id, id, repeat('a', 64), 'x', now(), 'x', 9, 9"
    f" FROM progress_entry WHERE id IN {PUBLISHED}",
    "INSERT INTO audit_demonstration (id, marked_at) VALUES (true, now())",
    "DELETE FROM audit_demonstration",
    "DELETE FROM progress_ledgerseal",
    "TRUNCATE progress_ledgerseal",
    "DELETE FROM progress_entry",
]
ATTEMPTS = [
    *(change for table in (*ONLY_ADDED, *PARTLY) for change in changes_of(table)),
    *FALSE_PUBLICATIONS,
]
# Ways round that a session has for other people's triggers. Some are refused
# themselves; what counts is that nothing can be done after any of them.
WAYS_ROUND = [
    "SELECT 1",
    "SET pgtrigger.ignore = '{progress_entry:entry_published_stays}'",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'local', false)",
    "ALTER TABLE progress_entry DISABLE TRIGGER entry_published_stays",
    "ALTER TABLE progress_entry DISABLE TRIGGER ALL",
    "ALTER TABLE progress_entry DISABLE TRIGGER USER",
    "ALTER TABLE progress_ledgerrecord OWNER TO CURRENT_USER",
    "DROP TRIGGER entry_published_stays ON progress_entry",
    "CREATE RULE never AS ON DELETE TO progress_entry DO INSTEAD NOTHING",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO CURRENT_USER",
    "SET ROLE g7plan_owner",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION g7plan_owner",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN NEW; END $$",
    "ALTER FUNCTION refuse_change_of_published() SET search_path = pg_temp",
    "DROP FUNCTION refuse_change CASCADE",
    "CREATE SCHEMA mine",
    "CREATE TEMPORARY TABLE progress_entry (id uuid, state text)",
    "SET search_path = pg_temp, public",
    "SET row_security = off",
    "CALL revoke_from_all('progress_entry', 'SELECT')",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "DO $$ BEGIN EXECUTE 'SET session_replication_role = replica'; END $$",
]


def add_file(entry, by):
    content = b"A protocol."
    evidence = Evidence.objects.create(
        kind=Evidence.Kind.FILE,
        title="Protocol",
        file_name="protocol.pdf",
        media_type="application/pdf",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        member_id="JP",
        added_at=entry.written_at,
        added_by=by,
    )
    EvidenceFile.objects.create(evidence=evidence, content=content)
    EntryEvidence.objects.create(entry=entry, evidence=evidence, position=5)


@pytest.fixture
def published(plan, stocktake, officer_jp, head_jp, coordinator, now):
    """A published entry with evidence, and a row in every append-only table."""
    by = officer_jp
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=by,
        state=State.PUBLISHED,
        published_by=coordinator,
        evidence=1,
    )
    other = make_entry(
        member_commitment_of(plan, "2.1", "JP"), by=by, state=State.SUBMITTED
    )
    add_file(other, by)
    return_entry(entry_id=other.pk, version=1, reason="When?", by=coordinator, at=now)
    Clearance.objects.create(
        entry=entry, sent_at=now, sent_by=by, cleared_at=now, cleared_by=head_jp
    )
    Comment.objects.create(
        entry=other, thread="delegation", body="?", written_at=now, written_by=by,
        member_id="JP",
    )  # fmt: skip
    Extension.objects.create(
        stocktake=stocktake, reason="Floods.", ends_at=now + timedelta(days=40),
        granted_at=now, granted_by=coordinator,
    )  # fmt: skip
    Release.objects.create(
        entry=other, stocktake=stocktake, reason="It waits.", released_at=now,
        released_by=coordinator,
    )  # fmt: skip
    sign_checkpoint(at=now)
    record(verb="test", target=entry, by=None, at=now)
    with as_superuser() as admin:
        admin.execute(
            f"INSERT INTO progress_tombstone ({TOMBSTONE})"
            " VALUES (%s, %s, %s, 'An order', %s, 'A clerk', 1, 1)",
            [entry.pk, entry.pk, "a" * 64, now],
        )
    return entry


def everything() -> dict[str, list[tuple[object, ...]]]:
    tables = (*ONLY_ADDED, *PARTLY, "progress_ledgerseal", "audit_demonstration")
    with as_superuser() as admin:
        return {
            table: admin.execute(
                sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table))
            ).fetchall()
            for table in tables
        }


def succeeded(url: str, ways_round: list[str], attempts: list[str]) -> list[str]:
    """Return the attempts that succeeded, after every bypass a session may try."""
    made = []
    for way_round in ways_round:
        with psycopg.connect(url, autocommit=True) as session:
            try_to(session, way_round)
            made += [
                f"{way_round}; {attempt}"
                for attempt in attempts
                if try_to(session, attempt)
            ]
    return made


def try_to(session: psycopg.Connection, statement: str) -> bool:
    try:
        session.execute(statement)
    except psycopg.DatabaseError:
        return False
    return True


@pytest.mark.long
def test_every_table_that_only_grows_has_a_row(published):
    assert all(everything()[table] for table in (*ONLY_ADDED, *PARTLY))


@pytest.mark.long
def test_each_attempt_would_work_for_who_has_the_triggers_off(published):
    """This shows that the refusals below come from the rule, not from a bad row."""
    refused = []
    with as_superuser() as admin:
        for table in (*ONLY_ADDED, *PARTLY):
            for attempt in changes_of(table):
                try:
                    with admin.transaction(force_rollback=True):
                        admin.execute(attempt)
                except psycopg.DatabaseError as error:
                    refused.append(f"{attempt}: {error}")
    assert refused == []


@pytest.mark.long
def test_the_application_cannot_change_what_is_published(published):
    before = everything()
    attempts = [*ATTEMPTS, *NOT_THE_APPLICATION_S]
    assert succeeded(os.environ["DATABASE_URL"], WAYS_ROUND, attempts) == []
    assert everything() == before


@pytest.mark.long
def test_the_owner_meets_the_same_refusals(published):
    """Except what only an owner may: `session_replication_role`, and altering."""
    before = everything()
    ways_round = [
        "SELECT 1",
        "SET pgtrigger.ignore = '{progress_entry:entry_published_stays}'",
        "CREATE TEMPORARY TABLE progress_ledgerrecord (LIKE progress_ledgerrecord)",
        "CREATE TEMPORARY TABLE progress_entry (id uuid, state text)",
    ]
    attempts = [
        attempt.replace(" progress_", " public.progress_") for attempt in ATTEMPTS
    ]
    assert succeeded(os.environ["DATABASE_OWNER_URL"], ways_round, attempts) == []
    assert everything() == before


@pytest.mark.parametrize("who", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_copy_is_no_way_round_either(published, who):
    before = everything()
    evidence = Evidence.objects.first()
    record_line = b"3\tpublication\t2017-05-20\t" + b"\t".join([b"a" * 64] * 3) + b"\n"
    assert evidence
    link_line = f"{published.pk}\t{evidence.pk}\t11\n".encode()
    with psycopg.connect(os.environ[who], autocommit=True) as session:
        for statement, line in (
            ("COPY progress_ledgerrecord FROM STDIN", record_line),
            ("COPY progress_entryevidence (entry_id, evidence_id, position) FROM STDIN",
             link_line),
        ):  # fmt: skip
            with (
                pytest.raises(psycopg.DatabaseError),
                session.cursor().copy(statement) as copy,
            ):
                copy.write(line)
    assert everything() == before


def test_a_record_of_nothing_does_not_reach_its_commit(published):
    """A record that is valid in itself, but belongs to no entry."""
    head = LedgerRecord.objects.get()
    # The fixture has signed, which seals the ledger: only a later time is left.
    link = Link(2, "publication", datetime.now(UTC), "c" * 64, head.sha256)
    with pytest.raises(DatabaseError, match="of nothing published"):
        LedgerRecord.objects.create(
            sequence=2,
            kind=link.kind,
            recorded_at=link.recorded_at,
            content_sha256=link.content_sha256,
            previous_sha256=link.previous_sha256,
            sha256=link.sha256,
        )
    assert LedgerRecord.objects.count() == 1


def test_a_publication_waits_for_who_changes_its_evidence(published, plan, officer_jp):
    """The other way round, no link is added during the publication."""
    entry = make_entry(
        member_commitment_of(plan, "1.1.1", "JP"), by=officer_jp, state=State.SUBMITTED
    )
    evidence = Evidence.objects.first()
    assert evidence
    with psycopg.connect(os.environ["DATABASE_URL"]) as session:
        session.execute(
            "INSERT INTO progress_entryevidence (entry_id, evidence_id, position)"
            " VALUES (%s, %s, 0)",
            [entry.pk, evidence.pk],
        )
        with pytest.raises(DatabaseError, match="lock timeout"):
            update_without_waiting(entry)


def update_without_waiting(entry):
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL lock_timeout = '200ms'")
        entry.narrative = "Changed meanwhile."
        entry.save(update_fields=["narrative"])


def test_evidence_of_a_draft_can_still_be_replaced(plan, officer_jp):
    entry = make_entry(
        member_commitment_of(plan, "1.1.1", "JP"), by=make_user(), evidence=2
    )
    entry.evidence_links.all().delete()
    assert not entry.evidence.exists()


@pytest.mark.parametrize("who", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_a_closed_stocktake_stays_as_it_closed(stocktake, coordinator, now, who):
    close_stocktake(stocktake_id=stocktake.pk, version=1, by=coordinator, at=now)
    attempts = [
        f"UPDATE progress_stocktake SET {change}"
        for change in (
            "closing_sha256 = repeat('a', 64)",
            "closing_head = repeat('a', 64)",
            "closed_at = closed_at + interval '1 second'",
            "closed_at = NULL, closed_by_id = NULL, closing_sha256 = ''",
            "grace_ends_at = grace_ends_at + interval '1 day'",
            "due_at = due_at - interval '1 day'",
            "opened_at = opened_at - interval '1 day'",
            "slug = 'another'",
            "title = 'Another'",
        )
    ]
    attempts.append("DELETE FROM progress_stocktake")
    assert succeeded(os.environ[who], ["SELECT 1"], attempts) == []
    # Its corrections may need another reviewer.
    allowed = "UPDATE progress_stocktake SET second_reviewer_id = closed_by_id"
    assert succeeded(os.environ[who], ["SELECT 1"], [allowed])


def test_an_open_stocktake_is_not_taken_out(stocktake):
    taken_out = ["DELETE FROM progress_stocktake"]
    assert succeeded(os.environ["DATABASE_URL"], ["SELECT 1"], taken_out) == []
