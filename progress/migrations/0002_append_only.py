"""What is published is never changed: the database itself refuses it (rule 2).

A published entry's row, its evidence links and the evidence behind them, every
transition and every round of return stay as they are, for the application's role and,
short of `session_replication_role`, which only the owner may set, for the owner too.
"""

from django.db import migrations

PUBLISHED_STAYS = """
CREATE FUNCTION refuse_change_of_published() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state = 'published' OR TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'entry % is % and stays: % is refused', OLD.id, OLD.state, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_published_stays BEFORE UPDATE OR DELETE ON progress_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published();
CREATE TRIGGER entry_table_stays BEFORE TRUNCATE ON progress_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_entry', 'DELETE, TRUNCATE');

-- The entry's row is share-locked while its links change, so that a publication in
-- another transaction waits, or is seen.
CREATE FUNCTION refuse_change_of_published_evidence() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    link record;
    entry_state text;
BEGIN
    FOR link IN
        SELECT DISTINCT id FROM unnest(ARRAY[
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.entry_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.entry_id END]) AS id
        WHERE id IS NOT NULL
    LOOP
        SELECT state INTO entry_state FROM progress_entry
            WHERE id = link.id FOR SHARE;
        IF entry_state = 'published' THEN
            RAISE EXCEPTION 'the evidence of published entry % stays: % is refused',
                link.id, TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER entry_evidence_stays
    BEFORE INSERT OR UPDATE OR DELETE ON progress_entryevidence
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_evidence();
CREATE TRIGGER entry_evidence_table_stays BEFORE TRUNCATE ON progress_entryevidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_entryevidence', 'TRUNCATE');
"""

UNDO_PUBLISHED = """
DROP TRIGGER entry_published_stays ON progress_entry;
DROP TRIGGER entry_table_stays ON progress_entry;
DROP TRIGGER entry_evidence_stays ON progress_entryevidence;
DROP TRIGGER entry_evidence_table_stays ON progress_entryevidence;
DROP FUNCTION refuse_change_of_published;
DROP FUNCTION refuse_change_of_published_evidence;
"""

_TABLES = ("progress_transition", "progress_round", "progress_evidence")

ONLY_ADDED = "\n".join(
    f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('{table}', 'UPDATE, DELETE, TRUNCATE');
"""
    for table in _TABLES
)

UNDO_ONLY_ADDED = "\n".join(
    f"DROP TRIGGER {table}_rows_stay ON {table};"
    f"DROP TRIGGER {table}_table_stays ON {table};"
    for table in _TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0001_models"),
        ("audit", "0002_append_only"),
    ]
    operations = [
        migrations.RunSQL(PUBLISHED_STAYS, UNDO_PUBLISHED),
        migrations.RunSQL(ONLY_ADDED, UNDO_ONLY_ADDED),
    ]
