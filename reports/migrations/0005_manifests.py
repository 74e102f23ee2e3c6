"""What a finished report holds is fixed, and what was stored of it is signed.

A file is added while its report is being compiled, with its true hash. Only the role of
the signing process adds a manifest.
"""

import django.db.models.deletion
from django.db import migrations, models

FINISHED_STAYS = """
CREATE FUNCTION refuse_change_of_finished_report() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    -- Fields of the job, and of what became of the document later.
    free text[] := ARRAY['percent', 'step', 'problem', 'attempts', 'circulation'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'report % stays: % is refused', OLD.id, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'done' AND to_jsonb(OLD) - free <> to_jsonb(NEW) - free THEN
        RAISE EXCEPTION 'report % is finished, and its content stays', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'done' AND OLD.state NOT IN ('done', 'running') THEN
        RAISE EXCEPTION 'report % was not being compiled', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_finished_stays BEFORE UPDATE OR DELETE ON reports_report
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_finished_report();
CREATE TRIGGER report_table_stays BEFORE TRUNCATE ON reports_report
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('reports_report', 'DELETE, TRUNCATE');

CREATE FUNCTION refuse_false_report_file() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    report_state text;
BEGIN
    SELECT state INTO report_state FROM reports_report
        WHERE id = NEW.report_id FOR SHARE;
    IF report_state IS DISTINCT FROM 'running' THEN
        RAISE EXCEPTION 'report % is not being compiled, and takes no file',
            NEW.report_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex')
        OR NEW.size <> octet_length(NEW.content)
    THEN
        RAISE EXCEPTION 'the file of report % has another hash or size', NEW.report_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_file_is_true BEFORE INSERT ON reports_reportfile
    FOR EACH ROW EXECUTE FUNCTION refuse_false_report_file();
"""

UNDO_FINISHED = """
DROP TRIGGER report_finished_stays ON reports_report;
DROP TRIGGER report_table_stays ON reports_report;
DROP TRIGGER report_file_is_true ON reports_reportfile;
DROP FUNCTION refuse_change_of_finished_report;
DROP FUNCTION refuse_false_report_file;
"""

_TABLES = ("reports_reportfile", "reports_reportmanifest")

ONLY_ADDED = "\n".join(
    f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('{table}', 'UPDATE, DELETE, TRUNCATE');
"""
    for table in _TABLES
)

UNDO_ONLY_ADDED = "\n".join(
    f"DROP TRIGGER {table}_rows_stay ON {table};"
    f"DROP TRIGGER {table}_table_stays ON {table};"
    for table in _TABLES
)

SIGNER = """
CREATE FUNCTION refuse_false_manifest() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.signed_at > clock_timestamp() THEN
        RAISE EXCEPTION 'the manifest of report % is signed in the future',
            NEW.report_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM reports_report WHERE id = NEW.report_id AND state = 'done'
    ) THEN
        RAISE EXCEPTION 'report % is not finished, and is not signed', NEW.report_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER manifest_is_of_a_finished_report BEFORE INSERT ON reports_reportmanifest
    FOR EACH ROW EXECUTE FUNCTION refuse_false_manifest();
CALL revoke_from_all('reports_reportmanifest', 'INSERT');
GRANT SELECT ON reports_report, reports_reportfile TO g7plan_signer;
GRANT SELECT, INSERT ON reports_reportmanifest TO g7plan_signer;
"""

UNDO_SIGNER = """
DROP TRIGGER manifest_is_of_a_finished_report ON reports_reportmanifest;
DROP FUNCTION refuse_false_manifest;
REVOKE ALL ON reports_report, reports_reportfile FROM g7plan_signer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_facts"),
        ("audit", "0002_append_only"),
        ("progress", "0014_checkpoints"),
    ]
    operations = [
        migrations.CreateModel(
            name="ReportManifest",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="manifest",
                        serialize=False,
                        to="reports.report",
                    ),
                ),
                ("text", models.TextField()),
                ("signed_at", models.DateTimeField()),
                ("key_sha256", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
            ],
        ),
        migrations.RunSQL(FINISHED_STAYS, UNDO_FINISHED),
        migrations.RunSQL(ONLY_ADDED, UNDO_ONLY_ADDED),
        migrations.RunSQL(SIGNER, UNDO_SIGNER),
    ]
