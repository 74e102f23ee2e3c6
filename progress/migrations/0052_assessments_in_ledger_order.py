"""Each page of changes asks for the first record and the blank cells of tables.

The constraint of one cell a table and a member commitment begins with the table too,
so the foreign key needs no index of its own.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0051_only_scores_have_words")]
    operations = [
        AddIndexConcurrently(
            "assessment",
            models.Index(
                fields=["table", "ledger_record"], name="assessment_in_ledger_order"
            ),
        ),
        migrations.AlterField(
            "assessment",
            "table",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="progress.assessmenttable",
            ),
        ),
    ]
