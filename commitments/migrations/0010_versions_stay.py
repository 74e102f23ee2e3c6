"""Versions of lead and target are only ever added, at the present time."""

from django.db import migrations

TABLE = "commitments_leadandtargetversion"

ONLY_ADDED = f"""
CREATE TRIGGER {TABLE}_rows_stay BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {TABLE}_table_stays BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {TABLE}_in_time BEFORE INSERT ON {TABLE}
    FOR EACH ROW WHEN (NOT is_present(NEW.set_at))
    EXECUTE FUNCTION refuse_other_times('set_at');
CALL revoke_from_all('{TABLE}', 'UPDATE, DELETE, TRUNCATE');
"""

UNDO = f"""
DROP TRIGGER {TABLE}_in_time ON {TABLE};
DROP TRIGGER {TABLE}_table_stays ON {TABLE};
DROP TRIGGER {TABLE}_rows_stay ON {TABLE};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0009_first_versions"),
        ("audit", "0004_present_times"),
    ]
    operations = [migrations.RunSQL(ONLY_ADDED, UNDO)]
