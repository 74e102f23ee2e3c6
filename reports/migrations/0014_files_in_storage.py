"""The bytes of a report's file may lie in object storage."""

from django.db import migrations, models

# As in 0005. Of a file in object storage the database cannot see the bytes.
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_false_report_file() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    report_state text;
BEGIN
    SELECT state INTO report_state FROM reports_report
        WHERE id = NEW.report_id FOR SHARE;
    IF report_state IS DISTINCT FROM 'running' THEN
        RAISE EXCEPTION 'report %% is not being compiled, and takes no file',
            NEW.report_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF %s(NEW.sha256 <> encode(sha256(NEW.content), 'hex')
        OR NEW.size <> octet_length(NEW.content))
    THEN
        RAISE EXCEPTION 'the file of report %% has another hash or size', NEW.report_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
LIES_ANYWHERE = _FUNCTION % "NEW.object_key = '' AND "
LIES_HERE = _FUNCTION % ""


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_schedule_runs")]
    operations = [
        migrations.AddField(
            "reportfile",
            "object_key",
            models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddConstraint(
            "reportfile",
            models.UniqueConstraint(
                condition=~models.Q(object_key=""),
                fields=("object_key",),
                name="report_file_has_its_own_object",
            ),
        ),
        migrations.AddConstraint(
            "reportfile",
            models.CheckConstraint(
                condition=models.Q(object_key="") | models.Q(content=b""),
                name="report_file_lies_in_one_place",
            ),
        ),
        migrations.RunSQL(LIES_ANYWHERE, LIES_HERE),
    ]
