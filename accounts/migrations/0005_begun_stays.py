"""A Presidency that has begun changes by the owner of its table alone, with an event."""

from django.db import migrations

BEGUN_STAYS = """
CREATE FUNCTION refuse_change_of_begun() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    after jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(NEW) END;
BEGIN
    IF OLD.starts_at <= now() AND to_jsonb(OLD) IS DISTINCT FROM after THEN
        IF NOT is_owner(TG_RELID) THEN
            RAISE EXCEPTION 'presidency % has begun and stays: % is refused',
                OLD.id, TG_OP USING ERRCODE = 'restrict_violation';
        END IF;
        INSERT INTO audit_event (at, actor, verb, target_type, target_id, target,
                                 member, request_id, job_id, data)
            VALUES (clock_timestamp(), session_user, 'presidency.change_begun',
                    'accounts.Presidency', OLD.id, OLD.member_id, OLD.member_id,
                    '', '', jsonb_build_object('before', to_jsonb(OLD),
                                               'after', after));
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER presidency_begun_stays BEFORE UPDATE OR DELETE ON accounts_presidency
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_begun();
CALL revoke_from_all('accounts_presidency', 'TRUNCATE');
"""

UNDO = """
DROP TRIGGER presidency_begun_stays ON accounts_presidency;
DROP FUNCTION refuse_change_of_begun;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_member_language"), ("audit", "0005_filled_stays")]
    operations = [migrations.RunSQL(BEGUN_STAYS, UNDO)]
