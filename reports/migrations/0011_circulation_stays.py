"""What circulates is on record, and a final report says what was circulated.

A report becomes final by two approvals after a silence that nobody broke, and its facts
are those of the circulated draft: the database refuses any other.
"""

from django.db import migrations

_ONLY_ADDED = ("reports_circulation", "reports_finalapproval", "reports_reportcover")

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

SCHEDULES_STAY = """
CREATE TRIGGER schedule_rows_stay BEFORE DELETE ON reports_schedule
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER schedule_table_stays BEFORE TRUNCATE ON reports_schedule
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('reports_schedule', 'DELETE, TRUNCATE');
"""

UNDO_SCHEDULES_STAY = """
DROP TRIGGER schedule_table_stays ON reports_schedule;
DROP TRIGGER schedule_rows_stay ON reports_schedule;
"""

COVER_IN_TIME = """
CREATE FUNCTION refuse_late_cover() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    report_state text;
BEGIN
    SELECT state INTO report_state FROM reports_report
        WHERE id = NEW.report_id FOR SHARE;
    IF report_state IS DISTINCT FROM 'running' THEN
        RAISE EXCEPTION 'report % is not being compiled, and takes no cover',
            NEW.report_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cover_is_of_a_running_report BEFORE INSERT ON reports_reportcover
    FOR EACH ROW EXECUTE FUNCTION refuse_late_cover();
"""

UNDO_COVER_IN_TIME = """
DROP TRIGGER cover_is_of_a_running_report ON reports_reportcover;
DROP FUNCTION refuse_late_cover;
"""

FINAL_IS_APPROVED = """
CREATE FUNCTION refuse_false_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    circulated reports_circulation;
    asked progress_silenceprocedure;
BEGIN
    SELECT circulation.* INTO circulated FROM reports_circulation circulation
        JOIN progress_silenceprocedure procedure
            ON procedure.id = circulation.procedure_id
        WHERE circulation.draft_id = NEW.final_of_id
        ORDER BY procedure.started_at DESC LIMIT 1;
    SELECT * INTO asked FROM progress_silenceprocedure
        WHERE id = circulated.procedure_id FOR SHARE;
    IF asked.id IS NULL OR asked.stopped_at IS NOT NULL
        OR asked.ends_at >= clock_timestamp()
        OR EXISTS (SELECT FROM progress_objection WHERE procedure_id = asked.id)
    THEN
        RAISE EXCEPTION 'the draft of report % was not agreed to by silence', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM reports_finalapproval WHERE circulation_id = circulated.id
            GROUP BY member_id HAVING count(DISTINCT approved_by_id) >= 2
    ) THEN
        RAISE EXCEPTION 'report % was not approved as final by two persons', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_final_is_approved BEFORE INSERT ON reports_report
    FOR EACH ROW WHEN (NEW.circulation = 'final')
    EXECUTE FUNCTION refuse_false_final();

CREATE FUNCTION refuse_other_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    draft_facts text;
BEGIN
    IF OLD.final_of_id IS DISTINCT FROM NEW.final_of_id
        OR (OLD.circulation = 'final') <> (NEW.circulation = 'final')
    THEN
        RAISE EXCEPTION 'report % stays a draft, or final', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'done' AND OLD.state <> 'done' AND NEW.final_of_id IS NOT NULL THEN
        SELECT facts_sha256 INTO draft_facts FROM reports_report
            WHERE id = NEW.final_of_id;
        IF NEW.facts_sha256 IS DISTINCT FROM draft_facts THEN
            RAISE EXCEPTION 'final report % differs from its draft', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_stays_its_draft BEFORE UPDATE ON reports_report
    FOR EACH ROW EXECUTE FUNCTION refuse_other_final();
"""

UNDO_FINAL_IS_APPROVED = """
DROP TRIGGER report_final_is_approved ON reports_report;
DROP FUNCTION refuse_false_final;
DROP TRIGGER report_stays_its_draft ON reports_report;
DROP FUNCTION refuse_other_final;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0010_codes")]
    operations = [
        migrations.RunSQL(ONLY_ADDED, UNDO_ONLY_ADDED),
        migrations.RunSQL(SCHEDULES_STAY, UNDO_SCHEDULES_STAY),
        migrations.RunSQL(COVER_IN_TIME, UNDO_COVER_IN_TIME),
        migrations.RunSQL(FINAL_IS_APPROVED, UNDO_FINAL_IS_APPROVED),
    ]
