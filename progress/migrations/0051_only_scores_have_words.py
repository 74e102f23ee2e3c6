"""A score table that others read has words of scores only.

What a body has noted in a cell without a score is on no record, and stays with the
body: such a table is neither opened for feedback nor released.
"""

from django.db import migrations

WORDS = """
CREATE FUNCTION refuse_words_without_score() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM progress_assessment
        WHERE table_id = NEW.id AND score = '' AND (rationale <> '' OR sources <> ''))
    THEN
        RAISE EXCEPTION 'score table % is refused: a cell without a score has words',
            NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_table_words BEFORE UPDATE ON progress_assessmenttable
    FOR EACH ROW WHEN (
        OLD.state <> NEW.state AND NEW.state::text IN ('in_feedback', 'released'))
    EXECUTE FUNCTION refuse_words_without_score();
"""

UNDO_WORDS = """
DROP TRIGGER assessment_table_words ON progress_assessmenttable;
DROP FUNCTION refuse_words_without_score;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0050_known_scores")]
    operations = [migrations.RunSQL(WORDS, UNDO_WORDS)]
