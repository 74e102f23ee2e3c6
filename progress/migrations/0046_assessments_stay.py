"""What an assessing body has published or released stays, and its order is right.

A guideline stays once it is published, and is published before the scores that are
given under it. A table goes from state to state by the rules, in one line for a body
and a stocktake. Its cells are of the stocktake's own plan. They stay once it is open
for feedback, released or discarded. Only its release adds their ledger records.
Comments are only added, in time.
"""

from django.db import migrations

GUIDELINES = """
CREATE FUNCTION is_assessor_of(person uuid, body text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM accounts_user WHERE id = person AND is_active
        AND NOT is_service AND body_id = body AND 'assessor' = ANY (roles));
$$;

CREATE FUNCTION refuse_wrong_guideline() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.published_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.published_at IS NULL)
        AND NOT is_assessor_of(NEW.published_by_id, NEW.body_id)
    THEN
        RAISE EXCEPTION 'guideline % is published by its own body only', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guideline_is_right BEFORE INSERT OR UPDATE ON progress_guideline
    FOR EACH ROW EXECUTE FUNCTION refuse_wrong_guideline();
CREATE TRIGGER guideline_stays BEFORE UPDATE OR DELETE ON progress_guideline
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
        'id body_id commitment_id number',
        'published_at published_by_id text written_at written_by_id version');
CREATE TRIGGER guideline_in_time BEFORE INSERT OR UPDATE ON progress_guideline
    FOR EACH ROW WHEN (NOT (
        is_present(NEW.written_at) AND is_present(NEW.published_at)))
    EXECUTE FUNCTION refuse_other_times('written_at', 'published_at');
CREATE TRIGGER guideline_table_stays BEFORE TRUNCATE ON progress_guideline
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_guideline', 'DELETE, TRUNCATE');
"""

UNDO_GUIDELINES = """
DROP TRIGGER guideline_table_stays ON progress_guideline;
DROP TRIGGER guideline_in_time ON progress_guideline;
DROP TRIGGER guideline_stays ON progress_guideline;
DROP TRIGGER guideline_is_right ON progress_guideline;
DROP FUNCTION refuse_wrong_guideline;
DROP FUNCTION is_assessor_of;
"""

TABLES = """
CREATE FUNCTION refuse_wrong_table() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    newest progress_assessmenttable;
    fault text;
BEGIN
    SELECT * INTO newest FROM progress_assessmenttable
        WHERE body_id = NEW.body_id AND stocktake_id = NEW.stocktake_id
            AND state <> 'discarded' AND id <> NEW.id
        ORDER BY number DESC LIMIT 1;
    fault := CASE
        WHEN NEW.state <> 'draft' THEN 'it does not begin as a draft'
        WHEN NEW.number <> COALESCE(newest.number, 0) + 1
            OR NEW.supersedes_id IS DISTINCT FROM newest.id
            THEN 'it does not revise the newest table of its line'
        WHEN newest.state = 'draft' THEN 'it revises a draft'
        WHEN newest.phase = 'final' AND NEW.phase <> 'final'
            THEN 'it revises a final table and is not final'
        WHEN NOT EXISTS (SELECT FROM progress_stocktake
            WHERE id = NEW.stocktake_id AND opened_at IS NOT NULL)
            THEN 'its stocktake has not opened'
        WHEN NOT is_assessor_of(NEW.began_by_id, NEW.body_id)
            THEN 'it is not begun by its own body'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'score table % is refused: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_table_is_right BEFORE INSERT ON progress_assessmenttable
    FOR EACH ROW EXECUTE FUNCTION refuse_wrong_table();

CREATE FUNCTION refuse_wrong_step_of_table() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    fault text;
BEGIN
    fault := CASE
        WHEN OLD.state || ' ' || NEW.state NOT IN (
            'draft in_feedback', 'draft released', 'draft discarded',
            'in_feedback released')
            THEN format('it does not go from %s to %s', OLD.state, NEW.state)
        WHEN NEW.state = 'discarded' THEN NULL
        WHEN EXISTS (SELECT FROM progress_assessmenttable
            WHERE supersedes_id = NEW.id AND state <> 'discarded')
            THEN 'a revision of it has begun'
        WHEN NOT EXISTS (SELECT FROM progress_assessment
            WHERE table_id = NEW.id AND score <> '')
            THEN 'it has no score'
        WHEN EXISTS (SELECT FROM progress_assessment
            WHERE table_id = NEW.id AND score <> '' AND rationale = '')
            THEN 'a score has no rationale'
        WHEN NEW.state = 'in_feedback'
            AND NOT is_assessor_of(NEW.feedback_opened_by_id, NEW.body_id)
            THEN 'it is not opened for feedback by its own body'
        WHEN NEW.state = 'released'
            AND NOT is_assessor_of(NEW.released_by_id, NEW.body_id)
            THEN 'it is not released by its own body'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'score table % is refused: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_table_steps BEFORE UPDATE ON progress_assessmenttable
    FOR EACH ROW WHEN (OLD.state <> NEW.state)
    EXECUTE FUNCTION refuse_wrong_step_of_table();

CREATE FUNCTION refuse_change_of_discarded() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'score table % is discarded and stays: % is refused', OLD.id, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER assessment_table_discarded_stays
    BEFORE UPDATE ON progress_assessmenttable
    FOR EACH ROW WHEN (OLD.state = 'discarded')
    EXECUTE FUNCTION refuse_change_of_discarded();
CREATE TRIGGER assessment_table_stays
    BEFORE UPDATE OR DELETE ON progress_assessmenttable
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
        'id body_id stocktake_id phase number supersedes_id began_at began_by_id',
        'feedback_opened_at feedback_opened_by_id feedback_until comments_audience',
        'released_at released_by_id state handling feedback_opened_at version');
CREATE TRIGGER assessment_table_in_time
    BEFORE INSERT OR UPDATE ON progress_assessmenttable
    FOR EACH ROW WHEN (NOT (
        is_present(NEW.began_at) AND is_present(NEW.feedback_opened_at)
        AND is_present(NEW.released_at)))
    EXECUTE FUNCTION refuse_other_times(
        'began_at', 'feedback_opened_at', 'released_at');
CREATE TRIGGER assessment_table_table_stays BEFORE TRUNCATE ON progress_assessmenttable
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_assessmenttable', 'DELETE, TRUNCATE');
"""

UNDO_TABLES = """
DROP TRIGGER assessment_table_table_stays ON progress_assessmenttable;
DROP TRIGGER assessment_table_in_time ON progress_assessmenttable;
DROP TRIGGER assessment_table_stays ON progress_assessmenttable;
DROP TRIGGER assessment_table_discarded_stays ON progress_assessmenttable;
DROP TRIGGER assessment_table_steps ON progress_assessmenttable;
DROP TRIGGER assessment_table_is_right ON progress_assessmenttable;
DROP FUNCTION refuse_change_of_discarded;
DROP FUNCTION refuse_wrong_step_of_table;
DROP FUNCTION refuse_wrong_table;
"""

# The table is share-locked, so that its release in another transaction waits.
CELLS = """
CREATE FUNCTION refuse_wrong_assessment() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    its_table progress_assessmenttable;
    its_commitment bigint;
    its_plan bigint;
    is_recorded boolean := TG_OP = 'UPDATE'
        AND to_jsonb(OLD) - 'ledger_record_id' = to_jsonb(NEW) - 'ledger_record_id';
    fault text;
BEGIN
    SELECT * INTO its_table FROM progress_assessmenttable
        WHERE id = NEW.table_id FOR SHARE;
    SELECT owed.commitment_id, promised.plan_id INTO its_commitment, its_plan
        FROM commitments_membercommitment AS owed
        JOIN commitments_commitment AS promised ON promised.id = owed.commitment_id
        WHERE owed.id = NEW.member_commitment_id;
    fault := CASE
        WHEN its_table.state = 'in_feedback' AND is_recorded
            AND OLD.ledger_record_id IS NULL THEN NULL
        WHEN its_table.state <> 'draft'
            THEN format('its table is %s, and it stays', its_table.state)
        WHEN TG_OP = 'INSERT' AND NEW.ledger_record_id IS NOT NULL
            OR TG_OP = 'UPDATE' AND OLD.ledger_record_id IS NOT NULL
            THEN 'only a release puts it on record'
        WHEN its_plan <> (SELECT plan_id FROM progress_stocktake
            WHERE id = its_table.stocktake_id)
            THEN 'it is not of the plan of its table'
        WHEN NEW.guideline_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM progress_guideline
            WHERE id = NEW.guideline_id AND body_id = its_table.body_id
                AND commitment_id = its_commitment
                AND published_at <= NEW.scored_at)
            THEN 'its guideline was not published before its score'
        WHEN TG_OP = 'INSERT' AND NEW.scored_at IS NOT NULL
            AND NOT is_present(NEW.scored_at) AND NOT EXISTS (
                SELECT FROM progress_assessment AS earlier
                WHERE earlier.table_id = its_table.supersedes_id
                    AND earlier.member_commitment_id = NEW.member_commitment_id
                    AND earlier.scored_at = NEW.scored_at
                    AND earlier.scored_by_id = NEW.scored_by_id)
            THEN 'it was not scored then'
    END;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'assessment % is refused: %', NEW.id, fault
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_is_right BEFORE INSERT OR UPDATE ON progress_assessment
    FOR EACH ROW EXECUTE FUNCTION refuse_wrong_assessment();
CREATE TRIGGER assessment_stays BEFORE UPDATE OR DELETE ON progress_assessment
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
        'id table_id member_commitment_id');
CREATE TRIGGER assessment_in_time BEFORE UPDATE ON progress_assessment
    FOR EACH ROW WHEN (NOT is_present(NEW.scored_at))
    EXECUTE FUNCTION refuse_other_times('scored_at');
CREATE TRIGGER assessment_cells_stay BEFORE TRUNCATE ON progress_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_assessment', 'DELETE, TRUNCATE');
"""

UNDO_CELLS = """
DROP TRIGGER assessment_cells_stay ON progress_assessment;
DROP TRIGGER assessment_in_time ON progress_assessment;
DROP TRIGGER assessment_stays ON progress_assessment;
DROP TRIGGER assessment_is_right ON progress_assessment;
DROP FUNCTION refuse_wrong_assessment;
"""

COMMENTS = """
CREATE FUNCTION refuse_wrong_assessment_comment() RETURNS trigger LANGUAGE plpgsql
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
        WHEN NEW.answers_id IS NOT NULL AND EXISTS (
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
CREATE TRIGGER assessment_comment_is_right BEFORE INSERT ON progress_assessmentcomment
    FOR EACH ROW EXECUTE FUNCTION refuse_wrong_assessment_comment();
CREATE TRIGGER assessment_comment_rows_stay
    BEFORE UPDATE OR DELETE ON progress_assessmentcomment
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assessment_comment_in_time BEFORE INSERT ON progress_assessmentcomment
    FOR EACH ROW WHEN (NOT is_present(NEW.written_at))
    EXECUTE FUNCTION refuse_other_times('written_at');
CREATE TRIGGER assessment_comment_table_stays
    BEFORE TRUNCATE ON progress_assessmentcomment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_assessmentcomment', 'UPDATE, DELETE, TRUNCATE');
"""

UNDO_COMMENTS = """
DROP TRIGGER assessment_comment_table_stays ON progress_assessmentcomment;
DROP TRIGGER assessment_comment_in_time ON progress_assessmentcomment;
DROP TRIGGER assessment_comment_rows_stay ON progress_assessmentcomment;
DROP TRIGGER assessment_comment_is_right ON progress_assessmentcomment;
DROP FUNCTION refuse_wrong_assessment_comment;
"""

# A record is of a published entry, or of a score that was released at its instant.
RECORDS = """
CREATE OR REPLACE FUNCTION refuse_record_of_nothing() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.kind = 'assessment' AND NOT EXISTS (
        SELECT FROM progress_assessment AS cell
        JOIN progress_assessmenttable AS scores ON scores.id = cell.table_id
        WHERE cell.ledger_record_id = NEW.sequence AND scores.state = 'released'
            AND scores.released_at = NEW.recorded_at)
    OR NEW.kind <> 'assessment' AND NOT EXISTS (
        SELECT FROM progress_entry WHERE ledger_record_id = NEW.sequence)
    THEN
        RAISE EXCEPTION 'ledger record % is of nothing published', NEW.sequence
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""

UNDO_RECORDS = """
CREATE OR REPLACE FUNCTION refuse_record_of_nothing() RETURNS trigger LANGUAGE plpgsql
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
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_assessing_bodies"),
        ("audit", "0008_lists_of_events"),
        ("progress", "0045_assessments"),
    ]
    operations = [
        migrations.RunSQL(GUIDELINES, UNDO_GUIDELINES),
        migrations.RunSQL(TABLES, UNDO_TABLES),
        migrations.RunSQL(CELLS, UNDO_CELLS),
        migrations.RunSQL(COMMENTS, UNDO_COMMENTS),
        migrations.RunSQL(RECORDS, UNDO_RECORDS),
    ]
