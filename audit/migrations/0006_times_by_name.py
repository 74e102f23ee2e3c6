"""The check of times reads a column by its name from the row as JSON.

It did so by a statement that was planned again for each row.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_other_times() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    named text;
    new_row jsonb := to_jsonb(NEW);
    old_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    new_at text;
BEGIN
    FOREACH named IN ARRAY TG_ARGV LOOP
        IF NOT new_row ? named THEN
            RAISE EXCEPTION '% has no column %', TG_TABLE_NAME, named;
        END IF;
        new_at := new_row ->> named;
        IF new_at IS NOT NULL AND new_at IS DISTINCT FROM old_row ->> named
            AND NOT is_present(new_at::timestamptz)
        THEN
            RAISE EXCEPTION '% of % is %: only the present time can be recorded',
                named, TG_TABLE_NAME, new_at USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""

UNDO = """
CREATE OR REPLACE FUNCTION refuse_other_times() RETURNS trigger LANGUAGE plpgsql
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


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_filled_stays")]
    operations = [migrations.RunSQL(FUNCTION, UNDO)]
