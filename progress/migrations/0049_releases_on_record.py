"""The release of a score table is checked when it is committed.

However the rows are written, each score of a released table has its record, of the
right kind and of the instant of the release, and nothing else has one. The trail has
the row of the release.
"""

from django.db import migrations, models

RELEASE = """
CREATE FUNCTION refuse_false_release() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    fault text;
BEGIN
    fault := CASE
        WHEN EXISTS (
            SELECT FROM progress_assessment
            WHERE table_id = NEW.id AND (score <> '') <> (ledger_record_id IS NOT NULL))
            THEN 'not each score, and nothing else, has a ledger record'
        WHEN EXISTS (
            SELECT FROM progress_assessment AS assessment
            JOIN progress_ledgerrecord AS record
                ON record.sequence = assessment.ledger_record_id
            WHERE assessment.table_id = NEW.id AND record.kind <> 'assessment')
            THEN 'a ledger record is of another kind'
        WHEN EXISTS (
            SELECT FROM progress_assessment AS assessment
            JOIN progress_ledgerrecord AS record
                ON record.sequence = assessment.ledger_record_id
            WHERE assessment.table_id = NEW.id
                AND record.recorded_at <> NEW.released_at)
            THEN 'a ledger record is of another time'
        WHEN NOT EXISTS (
            SELECT FROM progress_trailrecord
            WHERE kind = 'release' AND subject = NEW.id::text)
            THEN 'it has no row in the trail'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'score table % cannot be released: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER score_table_is_released_by_the_rules
    AFTER INSERT OR UPDATE ON progress_assessmenttable DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'released')
    EXECUTE FUNCTION refuse_false_release();

CREATE FUNCTION refuse_record_of_unreleased_score() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM progress_assessmenttable
        WHERE id = NEW.table_id AND state = 'released')
    THEN
        RAISE EXCEPTION 'score % has a ledger record, but is not released', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER score_on_record_is_released
    AFTER INSERT OR UPDATE ON progress_assessment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.ledger_record_id IS NOT NULL)
    EXECUTE FUNCTION refuse_record_of_unreleased_score();
"""

UNDO_RELEASE = """
DROP TRIGGER score_on_record_is_released ON progress_assessment;
DROP FUNCTION refuse_record_of_unreleased_score;
DROP TRIGGER score_table_is_released_by_the_rules ON progress_assessmenttable;
DROP FUNCTION refuse_false_release;
"""

# The signing process verifies them before it signs.
SIGNER_READS = """
GRANT SELECT ON progress_assessment, progress_assessmenttable, progress_guideline
TO g7plan_signer;
"""

UNDO_SIGNER_READS = """
REVOKE SELECT ON progress_assessment, progress_assessmenttable, progress_guideline
FROM g7plan_signer;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0048_score_sheet_uploads")]
    operations = [
        migrations.RunSQL(RELEASE, UNDO_RELEASE),
        migrations.RunSQL(SIGNER_READS, UNDO_SIGNER_READS),
        migrations.AlterField(
            "trailrecord",
            "kind",
            models.CharField(
                choices=[
                    ("start", "Start of the trail"),
                    ("plan", "Wording of a plan"),
                    ("presidency", "Presidency"),
                    ("opening", "Opening of a stocktake"),
                    ("extension", "Extension"),
                    ("publication", "Publication"),
                    ("question", "Question"),
                    ("answer", "Answer"),
                    ("release", "Release of a score table"),
                    ("closing", "Closing of a stocktake"),
                    ("handover", "Handover"),
                    ("receipt", "Receipt of a handover"),
                    ("erasure", "Legal erasure"),
                ],
                max_length=11,
            ),
        ),
    ]
