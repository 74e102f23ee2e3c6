"""The record's times are the database's own: a row that names another time is refused.

`is_present` and `refuse_other_times` serve the tables of every app above. A trigger
names the columns that hold the time of the act. A process reads its clock before it
writes, and a retried act keeps its time, so a few minutes are allowed. A database
marked as a demonstration may hold invented times.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION is_present(at timestamptz) RETURNS boolean LANGUAGE sql VOLATILE
SET search_path = public, pg_temp AS $$
    SELECT at BETWEEN clock_timestamp() - interval '10 minutes'
            AND clock_timestamp() + interval '1 minute'
        OR EXISTS (SELECT FROM audit_demonstration);
$$;

CREATE FUNCTION refuse_other_times() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    named text;
    old_at text;
    new_at text;
BEGIN
    FOREACH named IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT ($1).%I::text', named) INTO new_at USING NEW;
        IF TG_OP = 'UPDATE' THEN
            EXECUTE format('SELECT ($1).%I::text', named) INTO old_at USING OLD;
        END IF;
        IF new_at IS NOT NULL AND new_at IS DISTINCT FROM old_at
            AND NOT is_present(new_at::timestamptz)
        THEN
            RAISE EXCEPTION '% of % is %: only the present time can be recorded',
                named, TG_TABLE_NAME, new_at USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""

DROP = "DROP FUNCTION refuse_other_times; DROP FUNCTION is_present;"

EVENTS = """
CREATE TRIGGER event_in_time BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_other_times('at');
"""

UNDO_EVENTS = "DROP TRIGGER event_in_time ON audit_event;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_periodic_runs")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunSQL(EVENTS, UNDO_EVENTS),
    ]
