"""A publication is checked when it is committed, with the facts of that moment.

Every row that becomes published, however it is written, has its record, its transition
at the same instant, a clearance where one was needed, and a publisher of another member.
Nothing is added to that record later. Records are dated by the database's clock; only a
demonstration has an invented past, and none has a future.
"""

import django.db.models.deletion
from django.db import migrations, models

PUBLICATION = """
CREATE FUNCTION refuse_false_publication() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    its_record progress_ledgerrecord;
    reached progress_transition;
    publishes bigint;
    fault text;
BEGIN
    SELECT * INTO its_record FROM progress_ledgerrecord
        WHERE sequence = NEW.ledger_record_id;
    -- The last move before the publication brought it to its reviewer.
    SELECT * INTO reached FROM progress_transition
        WHERE entry_id = NEW.id AND after <> 'published' ORDER BY id DESC LIMIT 1;
    SELECT count(*) INTO publishes FROM progress_transition
        WHERE entry_id = NEW.id AND after = 'published';
    fault := CASE
        WHEN its_record.sequence IS NULL THEN 'it has no ledger record'
        WHEN its_record.kind
            <> CASE NEW.kind WHEN 'withdrawal' THEN NEW.kind ELSE 'publication' END
            THEN 'its ledger record is of another kind'
        WHEN its_record.recorded_at <> NEW.published_at
            THEN 'its ledger record is of another time'
        WHEN publishes <> 1 OR NOT EXISTS (
            SELECT FROM progress_transition
            WHERE entry_id = NEW.id AND verb = 'publish' AND before = 'submitted'
                AND after = 'published' AND at = NEW.published_at
                AND by_id = NEW.published_by_id
                AND id > reached.id)
            THEN 'no transition of its publisher published it at that time'
        WHEN NEW.publisher_member_id IS DISTINCT FROM (
            SELECT member_id FROM accounts_user WHERE id = NEW.published_by_id)
            OR NEW.publisher_member_id IS NULL
            THEN 'its publisher is not of the member that it names'
        WHEN NEW.publisher_member_id = (
            SELECT member_id FROM commitments_membercommitment
            WHERE id = NEW.member_commitment_id)
            THEN 'its publisher is of its own member'
        WHEN reached.after IS DISTINCT FROM 'submitted'
            THEN 'it did not wait for its reviewer'
        WHEN NEW.was_clearance_needed IS DISTINCT FROM (reached.verb <> 'submit')
            THEN 'it does not say whether a clearance was needed'
        WHEN NEW.was_clearance_needed AND NOT EXISTS (
            SELECT FROM progress_clearance
            WHERE entry_id = NEW.id AND cleared_at = reached.at
                AND cleared_by_id = reached.by_id)
            THEN 'no clearance brought it to its reviewer'
        WHEN NOT EXISTS (
            SELECT FROM progress_trailrecord
            WHERE kind = 'publication' AND subject = NEW.id::text)
            THEN 'it has no row in the trail'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'entry % cannot be published: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_is_published_by_the_rules
    AFTER INSERT OR UPDATE ON progress_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'published')
    EXECUTE FUNCTION refuse_false_publication();
"""

UNDO_PUBLICATION = """
DROP TRIGGER entry_is_published_by_the_rules ON progress_entry;
DROP FUNCTION refuse_false_publication;
"""

# The entry is share-locked, so that a publication in another transaction waits.
COMPLETE = """
CREATE OR REPLACE FUNCTION refuse_late_step() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    its_state text;
BEGIN
    SELECT state INTO its_state FROM progress_entry WHERE id = NEW.entry_id FOR SHARE;
    IF its_state = 'published' THEN
        RAISE EXCEPTION 'entry % is published: nothing is added to %',
            NEW.entry_id, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION refuse_clearance_by_another_member() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM progress_entry AS entry
        JOIN commitments_membercommitment AS owed
            ON owed.id = entry.member_commitment_id
        JOIN accounts_user AS signatory ON signatory.member_id = owed.member_id
        WHERE entry.id = NEW.entry_id AND signatory.id = NEW.cleared_by_id)
    THEN
        RAISE EXCEPTION 'entry % is cleared by its own member only', NEW.entry_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clearance_is_by_its_member BEFORE INSERT ON progress_clearance
    FOR EACH ROW EXECUTE FUNCTION refuse_clearance_by_another_member();
CREATE FUNCTION refuse_skipped_clearance() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM progress_entry AS entry
        JOIN commitments_membercommitment AS owed
            ON owed.id = entry.member_commitment_id
        JOIN accounts_member AS member ON member.code = owed.member_id
        WHERE entry.id = NEW.entry_id AND member.skips_clearance)
    THEN
        RAISE EXCEPTION 'entry % needs a clearance', NEW.entry_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION refuse_untrue_transition() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT state FROM progress_entry WHERE id = NEW.entry_id) IS DISTINCT FROM (
        SELECT after FROM progress_transition
        WHERE entry_id = NEW.entry_id ORDER BY id DESC LIMIT 1)
    THEN
        RAISE EXCEPTION 'entry % is not in the state of its last transition',
            NEW.entry_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transition_is_true
    AFTER INSERT ON progress_transition DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.after = 'published')
    EXECUTE FUNCTION refuse_untrue_transition();
CREATE TRIGGER transition_skips_no_clearance BEFORE INSERT ON progress_transition
    FOR EACH ROW WHEN (NEW.after = 'submitted' AND NEW.verb <> 'clear')
    EXECUTE FUNCTION refuse_skipped_clearance();
"""

UNDO_COMPLETE = """
DROP TRIGGER clearance_is_by_its_member ON progress_clearance;
DROP TRIGGER transition_skips_no_clearance ON progress_transition;
DROP TRIGGER transition_is_true ON progress_transition;
DROP FUNCTION refuse_untrue_transition;
DROP FUNCTION refuse_clearance_by_another_member;
DROP FUNCTION refuse_skipped_clearance;
"""

# Beside `refuse_broken_chain`, which checks what a record contains.
TIME = """
CREATE FUNCTION refuse_record_of_another_time() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    fault text;
BEGIN
    -- The lock of progress/actions/ledger.py: who records waits for who seals. An
    -- older snapshot would not show the seal of another transaction.
    PERFORM pg_advisory_xact_lock(x'67377002'::bigint);
    fault := CASE
        WHEN current_setting('transaction_isolation') <> 'read committed'
            THEN 'its transaction does not see what others commit'
        WHEN NEW.recorded_at > clock_timestamp() THEN 'it is dated in the future'
        WHEN NEW.recorded_at <= (SELECT sealed_at FROM progress_ledgerseal)
            THEN 'the ledger is sealed up to a later time'
        WHEN NEW.recorded_at
            < GREATEST(now(), clock_timestamp() - interval '1 minute')
            AND NOT EXISTS (SELECT FROM audit_demonstration)
            THEN 'it is dated before it is added'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'ledger record % of % is refused: %',
            NEW.sequence, NEW.recorded_at, fault USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- Triggers run in the order of their names: the lock is taken before the chain is read.
CREATE TRIGGER ledger_record_at_present BEFORE INSERT ON progress_ledgerrecord
    FOR EACH ROW EXECUTE FUNCTION refuse_record_of_another_time();
"""

UNDO_TIME = """
DROP TRIGGER ledger_record_at_present ON progress_ledgerrecord;
DROP FUNCTION refuse_record_of_another_time;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_versions_and_names"),
        ("commitments", "0002_versions"),
        ("progress", "0016_trail_guards"),
    ]
    operations = [
        migrations.AddField(
            "entry",
            "publisher_member",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="publications",
                to="accounts.member",
            ),
        ),
        migrations.AddField(
            "entry", "was_clearance_needed", models.BooleanField(null=True)
        ),
        migrations.RunSQL(PUBLICATION, UNDO_PUBLICATION),
        migrations.RunSQL(COMPLETE, UNDO_COMPLETE),
        migrations.RunSQL(TIME, UNDO_TIME),
        # The signing process verifies the facts too.
        migrations.RunSQL(
            "GRANT SELECT ON progress_transition, progress_clearance TO g7plan_signer",
            "REVOKE SELECT ON progress_transition, progress_clearance"
            " FROM g7plan_signer",
        ),
    ]
