"""The check of an event's time looks at the row only if it is not of the present.

Most rows are. The trigger's condition reads the column, and no row is made JSON for it.
"""

from django.db import migrations

DROP = "DROP TRIGGER event_in_time ON audit_event;"
QUICK = """
CREATE TRIGGER event_in_time BEFORE INSERT ON audit_event
    FOR EACH ROW WHEN (NOT is_present(NEW.at)) EXECUTE FUNCTION refuse_other_times('at');
"""
BEFORE = """
CREATE TRIGGER event_in_time BEFORE INSERT ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_other_times('at');
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_times_by_name")]
    operations = [migrations.RunSQL(DROP + QUICK, DROP + BEFORE)]
