"""The official wording and numbers of a plan change by the owner of the tables alone."""

from django.db import migrations

WORDING = {
    "commitments_plan": "'slug', 'preamble', 'source_text', 'source_sha256'",
    "commitments_action": "'plan_id', 'number', 'title'",
    "commitments_subarea": "'action_id', 'number', 'code', 'title'",
    "commitments_commitment":
        "'plan_id', 'action_id', 'sub_area_id', 'position', 'code', 'text'",
    "commitments_clause": "'commitment_id', 'letter', 'text'",
    "commitments_membercommitment": "'commitment_id', 'member_id'",
}  # fmt: skip

STAYS = "\n".join(
    f"""
CREATE TRIGGER {table}_wording_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION leave_to_owner({columns});
CALL revoke_from_all('{table}', 'DELETE, TRUNCATE');
"""
    for table, columns in WORDING.items()
)

UNDO = "\n".join(
    f"DROP TRIGGER {table}_wording_stays ON {table};" for table in WORDING
)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0002_versions"), ("audit", "0005_filled_stays")]
    operations = [migrations.RunSQL(STAYS, UNDO)]
