"""The ledger and what else is only ever added: by grants, and by triggers for all.

A record of the ledger is refused where it does not continue the chain. Whoever writes
holds the ledger's lock; the trigger is what stands behind that.
"""

from django.db import migrations

_TABLES = (
    "progress_ledgerrecord",
    "progress_checkpoint",
    "progress_tombstone",
    "progress_clearance",
    "progress_release",
    "progress_extension",
    "progress_comment",
    "progress_evidencefile",
)

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

CHAIN = """
CREATE FUNCTION refuse_broken_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    head progress_ledgerrecord;
BEGIN
    SELECT * INTO head FROM progress_ledgerrecord ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence <> COALESCE(head.sequence, 0) + 1
        OR NEW.previous_sha256 <> COALESCE(head.sha256, repeat('0', 64))
        OR NEW.recorded_at < COALESCE(head.recorded_at, NEW.recorded_at)
    THEN
        RAISE EXCEPTION 'ledger record % does not continue the chain', NEW.sequence
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_record_continues BEFORE INSERT ON progress_ledgerrecord
    FOR EACH ROW EXECUTE FUNCTION refuse_broken_chain();
-- Erasing what the law wants erased is the owner's alone.
CALL revoke_from_all('progress_tombstone', 'INSERT');
-- The seal only ever rises, and stays.
CREATE FUNCTION refuse_lower_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sealed_at < OLD.sealed_at THEN
        RAISE EXCEPTION 'the ledger is sealed up to % already', OLD.sealed_at
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_seal_rises BEFORE UPDATE ON progress_ledgerseal
    FOR EACH ROW EXECUTE FUNCTION refuse_lower_seal();
CALL revoke_from_all('progress_ledgerseal', 'DELETE, TRUNCATE');
"""

UNDO_CHAIN = """
DROP TRIGGER ledger_record_continues ON progress_ledgerrecord;
DROP TRIGGER ledger_seal_rises ON progress_ledgerseal;
DROP FUNCTION refuse_broken_chain;
DROP FUNCTION refuse_lower_seal;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0004_ledger_and_conversation")]
    operations = [
        migrations.RunSQL(ONLY_ADDED, UNDO_ONLY_ADDED),
        migrations.RunSQL(CHAIN, UNDO_CHAIN),
    ]
