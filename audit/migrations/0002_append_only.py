"""Events are only ever added: by grants for the application, by triggers for all.

The two functions serve the append-only tables of every app above. Plain SQL, because a
trigger that obeys a session setting could be talked round by the session it guards.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

-- Takes the named rights on a table from every role but its owner.
CREATE PROCEDURE revoke_from_all(target regclass, rights text)
LANGUAGE plpgsql AS $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT CASE acl.grantee
            WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
        FROM pg_class, aclexplode(pg_class.relacl) AS acl
        WHERE pg_class.oid = target AND acl.grantee <> pg_class.relowner
    LOOP
        EXECUTE format('REVOKE %s ON %s FROM %s', rights, target, grantee);
    END LOOP;
END $$;
"""

DROP = "DROP PROCEDURE revoke_from_all; DROP FUNCTION refuse_change;"

APPEND_ONLY = """
CREATE TRIGGER event_rows_stay BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_table_stays BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('audit_event', 'UPDATE, DELETE, TRUNCATE');
-- What marks a database as a demonstration is set by its owner alone.
CALL revoke_from_all('audit_demonstration', 'INSERT, UPDATE, DELETE, TRUNCATE');
"""

UNDO = """
DROP TRIGGER event_rows_stay ON audit_event;
DROP TRIGGER event_table_stays ON audit_event;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_models")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunSQL(APPEND_ONLY, UNDO),
    ]
