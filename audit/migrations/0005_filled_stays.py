"""Columns that stay once they are filled, or that only the owner of a table changes.

`refuse_change_of_filled('at by text', …)`: each argument names columns, and where the
first of them is filled, none of them changes. `leave_to_owner('column', …)`: the named
columns change, and rows go, by the owner of the table alone.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION is_owner(target regclass) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_has_role(current_user, relowner, 'MEMBER')
        FROM pg_class WHERE oid = target;
$$;

CREATE FUNCTION refuse_change_of_filled() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    rule text;
    named text;
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(NEW) END;
BEGIN
    FOREACH rule IN ARRAY TG_ARGV LOOP
        CONTINUE WHEN old_row ->> split_part(rule, ' ', 1) IS NULL;
        FOREACH named IN ARRAY string_to_array(rule, ' ') LOOP
            IF TG_OP = 'DELETE'
                OR old_row -> named IS DISTINCT FROM new_row -> named
            THEN
                RAISE EXCEPTION '% of % is recorded and stays: % is refused',
                    named, TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
            END IF;
        END LOOP;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION leave_to_owner() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    named text;
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(NEW) END;
BEGIN
    IF is_owner(TG_RELID) THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    FOREACH named IN ARRAY TG_ARGV LOOP
        IF TG_OP = 'DELETE' OR old_row -> named IS DISTINCT FROM new_row -> named THEN
            RAISE EXCEPTION '% of % is left to the owner: % is refused',
                named, TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

DROP = """
DROP FUNCTION leave_to_owner;
DROP FUNCTION refuse_change_of_filled;
DROP FUNCTION is_owner;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_present_times")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
