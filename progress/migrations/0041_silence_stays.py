"""A silence procedure stays as it was asked, and an objection counts only in time."""

from django.db import migrations

_ONLY_ADDED = ("progress_askedmember", "progress_objection")

ONLY_ADDED = "\n".join(
    f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('{table}', 'UPDATE, DELETE, TRUNCATE');
"""
    for table in _ONLY_ADDED
)

UNDO_ONLY_ADDED = "\n".join(
    f"DROP TRIGGER {table}_rows_stay ON {table};"
    f"DROP TRIGGER {table}_table_stays ON {table};"
    for table in _ONLY_ADDED
)

ASKED_STAYS = """
CREATE FUNCTION refuse_change_of_asked() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.stopped_at IS NOT NULL
        OR to_jsonb(OLD) - 'stopped_at' - 'stopped_by_id'
            <> to_jsonb(NEW) - 'stopped_at' - 'stopped_by_id'
    THEN
        RAISE EXCEPTION 'a silence procedure stays as it was asked'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER silence_procedure_stays
    BEFORE UPDATE OR DELETE ON progress_silenceprocedure
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_asked();
CREATE TRIGGER silence_procedure_table_stays
    BEFORE TRUNCATE ON progress_silenceprocedure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_silenceprocedure', 'DELETE, TRUNCATE');
"""

UNDO_ASKED_STAYS = """
DROP TRIGGER silence_procedure_table_stays ON progress_silenceprocedure;
DROP TRIGGER silence_procedure_stays ON progress_silenceprocedure;
DROP FUNCTION refuse_change_of_asked;
"""

# An objection and a stop of one procedure wait for each other on its row.
IN_TIME = """
CREATE FUNCTION refuse_late_objection() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    asked progress_silenceprocedure;
BEGIN
    SELECT * INTO asked FROM progress_silenceprocedure
        WHERE id = NEW.procedure_id FOR UPDATE;
    IF NEW.objected_at > asked.ends_at OR NEW.objected_at < asked.started_at
        OR asked.stopped_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'silence procedure % takes no objection then', asked.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM progress_askedmember
        WHERE procedure_id = NEW.procedure_id AND member_id = NEW.member_id)
    THEN
        RAISE EXCEPTION 'silence procedure % does not ask member %',
            asked.id, NEW.member_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER objection_is_in_time BEFORE INSERT ON progress_objection
    FOR EACH ROW EXECUTE FUNCTION refuse_late_objection();
"""

UNDO_IN_TIME = """
DROP TRIGGER objection_is_in_time ON progress_objection;
DROP FUNCTION refuse_late_objection;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0040_silence")]
    operations = [
        migrations.RunSQL(ONLY_ADDED, UNDO_ONLY_ADDED),
        migrations.RunSQL(ASKED_STAYS, UNDO_ASKED_STAYS),
        migrations.RunSQL(IN_TIME, UNDO_IN_TIME),
    ]
