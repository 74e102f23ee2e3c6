"""What closed is closed: the database keeps a closed stocktake, and what was opened.

Who second-reviews it may still be replaced, for corrections come later; its terms, its
closing and what the closing froze stay, as it stays itself once it has opened.
"""

from django.db import migrations

CLOSED_STAYS = """
CREATE FUNCTION refuse_change_of_closed() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.opened_at IS NOT NULL THEN
            RAISE EXCEPTION 'stocktake % has opened and stays', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.closed_at IS NOT NULL
        AND to_jsonb(OLD) - 'second_reviewer_id' - 'version'
            <> to_jsonb(NEW) - 'second_reviewer_id' - 'version'
    THEN
        RAISE EXCEPTION 'stocktake % is closed and stays', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stocktake_closed_stays BEFORE UPDATE OR DELETE ON progress_stocktake
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_closed();
"""

UNDO = """
DROP TRIGGER stocktake_closed_stays ON progress_stocktake;
DROP FUNCTION refuse_change_of_closed;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0009_evidence_by_age")]
    operations = [migrations.RunSQL(CLOSED_STAYS, UNDO)]
