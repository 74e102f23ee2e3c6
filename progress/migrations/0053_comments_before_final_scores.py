"""Comments on scores end with the release of the final ones, as answers do.

The deadline ends them as before, if it comes first.
"""

from django.db import migrations

COMMENTS = """
CREATE OR REPLACE FUNCTION refuse_wrong_assessment_comment() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    its_table progress_assessmenttable;
    fault text;
BEGIN
    SELECT scores.* INTO its_table FROM progress_assessmenttable AS scores
        JOIN progress_assessment AS cell ON cell.table_id = scores.id
        WHERE cell.id = NEW.assessment_id FOR SHARE OF scores;
    fault := CASE
        WHEN its_table.feedback_opened_at IS NULL THEN 'its table takes no comments'
        WHEN NEW.answers_id IS NULL
            AND (NEW.written_at < its_table.feedback_opened_at
                OR NEW.written_at >= its_table.feedback_until)
            THEN 'its table takes no comments then'
        WHEN NEW.answers_id IS NULL AND NOT EXISTS (
            SELECT FROM progress_assessment AS cell
            JOIN commitments_membercommitment AS owed
                ON owed.id = cell.member_commitment_id
            JOIN accounts_user AS person ON person.member_id = owed.member_id
            WHERE cell.id = NEW.assessment_id AND owed.member_id = NEW.member_id
                AND person.id = NEW.written_by_id AND NOT person.is_service)
            THEN 'it is not of the delegation of its cell'
        WHEN NEW.answers_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM progress_assessmentcomment
            WHERE id = NEW.answers_id AND answers_id IS NULL
                AND assessment_id = NEW.assessment_id)
            THEN 'it does not answer a comment on its cell'
        WHEN NEW.answers_id IS NOT NULL
            AND NOT is_assessor_of(NEW.written_by_id, its_table.body_id)
            THEN 'it is not an answer of the body'
        WHEN EXISTS (
            SELECT FROM progress_assessmenttable
            WHERE body_id = its_table.body_id AND phase = 'final'
                AND stocktake_id = its_table.stocktake_id AND state = 'released')
            THEN 'a final table is released'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'comment % is refused: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# Comments could follow until the deadline.
UNDO_COMMENTS = COMMENTS.replace(
    "WHEN EXISTS (\n            SELECT FROM progress_assessmenttable",
    "WHEN NEW.answers_id IS NOT NULL AND EXISTS (\n"
    "            SELECT FROM progress_assessmenttable",
)


class Migration(migrations.Migration):
    dependencies = [("progress", "0052_assessments_in_ledger_order")]
    operations = [migrations.RunSQL(COMMENTS, UNDO_COMMENTS)]
