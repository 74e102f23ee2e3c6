"""A grant keeps what was asked for. Only another administrator can agree to it."""

from django.db import migrations

RULES = """
CREATE FUNCTION refuse_wrong_agreement() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.decided_by_id IN (NEW.requested_by_id, NEW.person_id) OR NOT EXISTS (
        SELECT FROM accounts_user WHERE id = NEW.decided_by_id AND is_active
            AND NOT is_service AND 'administrator' = ANY (roles)
            AND COALESCE(role_ends_on, 'infinity')
                >= (CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date)
    THEN
        RAISE EXCEPTION 'grant % is refused: no other administrator agrees', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_is_agreed_rightly BEFORE INSERT OR UPDATE
    ON accounts_pendinggrant FOR EACH ROW WHEN (NEW.decision = 'agreed')
    EXECUTE FUNCTION refuse_wrong_agreement();

CREATE TRIGGER grant_stays BEFORE UPDATE OR DELETE ON accounts_pendinggrant
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
        'requested_at requested_by_id id kind member_id name email roles basis',
        'requested_at language role_ends_on is_for_presidency',
        'notified_at', 'person_id', 'decided_at decided_by_id decision person_id');
CREATE TRIGGER grant_in_time BEFORE INSERT OR UPDATE ON accounts_pendinggrant
    FOR EACH ROW WHEN (NOT (is_present(NEW.requested_at)
        AND is_present(NEW.notified_at) AND is_present(NEW.decided_at)))
    EXECUTE FUNCTION refuse_other_times('requested_at', 'notified_at', 'decided_at');
CALL revoke_from_all('accounts_pendinggrant', 'DELETE, TRUNCATE');
"""

UNDO = """
DROP TRIGGER grant_is_agreed_rightly ON accounts_pendinggrant;
DROP TRIGGER grant_stays ON accounts_pendinggrant;
DROP TRIGGER grant_in_time ON accounts_pendinggrant;
DROP FUNCTION refuse_wrong_agreement;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_pending_grants"),
        ("audit", "0006_times_by_name"),
    ]
    operations = [migrations.RunSQL(RULES, UNDO)]
