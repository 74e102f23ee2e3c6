"""What is published stays: the database refuses, whoever is connected (rule 2)."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from audit.record import record
from progress.actions.review import return_entry
from progress.models import State
from tests.factories import make_entry, make_user, member_commitment_of

PUBLISHED = "(SELECT id FROM progress_entry WHERE state = 'published')"

# What an attacker, or a mistake, might say; each must fail for the application's role.
ATTEMPTS = [
    f"UPDATE progress_entry SET narrative = 'x' WHERE id IN {PUBLISHED}",
    f"UPDATE progress_entry SET state = 'draft' WHERE id IN {PUBLISHED}",
    f"UPDATE progress_entry SET version = version + 1 WHERE id IN {PUBLISHED}",
    "DELETE FROM progress_entry",
    "TRUNCATE progress_entry CASCADE",
    "MERGE INTO progress_entry USING (SELECT 1) AS one ON true"
    " WHEN MATCHED THEN UPDATE SET narrative = 'x'",
    "UPDATE progress_entryevidence SET position = 7",
    "DELETE FROM progress_entryevidence",
    "TRUNCATE progress_entryevidence",
    "INSERT INTO progress_entryevidence (entry_id, evidence_id, position)"
    f" SELECT {PUBLISHED}, id, 9 FROM progress_evidence",
    "UPDATE progress_evidence SET url = 'https://example.org/other'",
    "DELETE FROM progress_evidence",
    "TRUNCATE progress_evidence CASCADE",
    "UPDATE progress_transition SET reason = 'x'",
    "DELETE FROM progress_transition",
    "TRUNCATE progress_transition",
    "UPDATE progress_round SET reason = 'x'",
    "DELETE FROM progress_round",
    "UPDATE audit_event SET actor = 'x'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
    "INSERT INTO audit_demonstration (id, marked_at) VALUES (true, now())",
]
# Ways round that a session has for other people's triggers.
PREPARATIONS = [
    "SELECT 1",
    "SELECT set_config('pgtrigger.ignore', '{progress_entry:entry_published_stays}',"
    " false)",
]
REFUSED_PREPARATIONS = [
    "SET session_replication_role = replica",
    "ALTER TABLE progress_entry DISABLE TRIGGER entry_published_stays",
    "ALTER TABLE progress_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER entry_published_stays ON progress_entry",
    "GRANT DELETE ON progress_entry TO CURRENT_USER",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN NEW; END $$",
    "CALL revoke_from_all('progress_entry', 'SELECT')",
]


@pytest.fixture
def published(plan, stocktake, officer_jp, coordinator):
    """A published entry with evidence, and a row in every append-only table."""
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=officer_jp,
        state=State.PUBLISHED,
        published_by=coordinator,
        evidence=1,
    )
    submitted = make_entry(
        member_commitment_of(plan, "2.1", "JP"), by=officer_jp, state=State.SUBMITTED
    )
    at = datetime.now(UTC)
    return_entry(
        entry_id=submitted.pk, version=1, reason="When?", by=coordinator, at=at
    )
    record(verb="test", target=entry, by=None, at=at)
    return entry


def everything() -> list[tuple[object, ...]]:
    tables = ("entry", "entryevidence", "evidence", "transition", "round")
    rows: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for table in [*(f"progress_{name}" for name in tables), "audit_event"]:
            cursor.execute(f"SELECT '{table}', t.* FROM {table} t ORDER BY t.id")
            rows += cursor.fetchall()
    return rows


def run(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize("preparation", PREPARATIONS)
def test_the_application_cannot_change_what_is_published(published, preparation):
    before = everything()
    for attempt in ATTEMPTS:
        with pytest.raises(DatabaseError):
            run(preparation, attempt)
    assert everything() == before


def test_the_application_cannot_switch_the_refusals_off(published):
    before = everything()
    for preparation in REFUSED_PREPARATIONS:
        with pytest.raises(DatabaseError):
            run(preparation, "UPDATE progress_entry SET narrative = 'x'")
    assert everything() == before


def test_evidence_of_a_draft_can_still_be_replaced(plan, officer_jp):
    entry = make_entry(
        member_commitment_of(plan, "1.1.1", "JP"), by=make_user(), evidence=2
    )
    entry.evidence_links.all().delete()
    assert not entry.evidence.exists()
