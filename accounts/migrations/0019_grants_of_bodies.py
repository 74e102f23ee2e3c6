"""A grant names the assessing body whose drafts the person can read with it."""

import django.db.models.deletion
from django.db import migrations, models

KEPT = "requested_at requested_by_id id kind member_id name email roles basis"
ALSO_KEPT = "requested_at language role_ends_on is_for_presidency"


def keep(*columns: str) -> str:
    """Return the trigger that keeps what was asked for, with these columns."""
    return f"""
    CREATE OR REPLACE TRIGGER grant_stays BEFORE UPDATE OR DELETE
        ON accounts_pendinggrant FOR EACH ROW EXECUTE FUNCTION refuse_change_of_filled(
            '{KEPT}', '{' '.join([ALSO_KEPT, *columns])}',
            'notified_at', 'person_id', 'decided_at decided_by_id decision person_id');
    """


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_assessing_bodies")]
    operations = [
        migrations.AddField(
            "pendinggrant",
            "body",
            models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="accounts.assessingbody"),
        ),
        migrations.AddConstraint(
            "pendinggrant",
            models.CheckConstraint(
                condition=models.Q(body__isnull=True) | models.Q(roles__contains=["assessor"], member__isnull=True),
                name="pending_grant_of_a_body_is_of_an_assessor",
            ),
        ),
        migrations.RunSQL(keep("body_id"), keep()),
    ]
