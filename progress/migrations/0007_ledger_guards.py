"""What else the database itself knows of the ledger.

A record's hash is that of its own fields, and a record belongs to something published
in the same transaction. What was published before a database was marked as a
demonstration is real, so it can be marked only while its ledger is empty.
"""

from django.db import migrations

CHAIN = """
CREATE OR REPLACE FUNCTION refuse_broken_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    head progress_ledgerrecord;
    canonical text;
BEGIN
    SELECT * INTO head FROM progress_ledgerrecord ORDER BY sequence DESC LIMIT 1;
    -- As progress/ledger.py: canonical JSON has its keys in this order, and no blanks.
    canonical := format(
        '{"content_sha256":"%s","kind":"%s","previous_sha256":"%s",'
        '"recorded_at":"%s","sequence":%s}',
        NEW.content_sha256, NEW.kind, NEW.previous_sha256,
        to_char(NEW.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        NEW.sequence);
    IF NEW.sequence <> COALESCE(head.sequence, 0) + 1
        OR NEW.previous_sha256 <> COALESCE(head.sha256, repeat('0', 64))
        OR NEW.recorded_at < COALESCE(head.recorded_at, NEW.recorded_at)
        OR NEW.sha256 <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex')
    THEN
        RAISE EXCEPTION 'ledger record % does not continue the chain', NEW.sequence
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

SUBJECT = """
CREATE FUNCTION refuse_record_of_nothing() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM progress_entry WHERE ledger_record_id = NEW.sequence
    ) THEN
        RAISE EXCEPTION 'ledger record % is of nothing published', NEW.sequence
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_record_has_its_subject
    AFTER INSERT ON progress_ledgerrecord DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_record_of_nothing();
"""

UNDO_SUBJECT = """
DROP TRIGGER ledger_record_has_its_subject ON progress_ledgerrecord;
DROP FUNCTION refuse_record_of_nothing;
"""

MARK = """
CREATE FUNCTION refuse_mark_on_real_ledger() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM progress_ledgerrecord) THEN
        RAISE EXCEPTION 'what this database published is real: it is no demonstration'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER demonstration_begins_empty BEFORE INSERT ON audit_demonstration
    FOR EACH ROW EXECUTE FUNCTION refuse_mark_on_real_ledger();
"""

UNDO_MARK = """
DROP TRIGGER demonstration_begins_empty ON audit_demonstration;
DROP FUNCTION refuse_mark_on_real_ledger;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0006_comment_member"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
        migrations.RunSQL(SUBJECT, UNDO_SUBJECT),
        migrations.RunSQL(MARK, UNDO_MARK),
    ]
