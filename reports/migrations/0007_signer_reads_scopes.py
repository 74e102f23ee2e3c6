"""The signing process reads what a report is about: its manifest names it."""

from django.db import migrations

TABLES = "commitments_action, commitments_subarea, commitments_instrument"


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_kinds"), ("progress", "0014_checkpoints")]
    operations = [
        migrations.RunSQL(
            f"GRANT SELECT ON {TABLES} TO g7plan_signer",
            f"REVOKE SELECT ON {TABLES} FROM g7plan_signer",
        ),
    ]
