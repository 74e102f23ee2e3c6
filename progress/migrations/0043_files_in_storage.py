"""The bytes of a file of evidence may lie in object storage."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0042_reports_seen")]
    operations = [
        migrations.AddField(
            "evidencefile",
            "object_key",
            models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddConstraint(
            "evidencefile",
            models.UniqueConstraint(
                condition=~models.Q(object_key=""),
                fields=("object_key",),
                name="evidence_file_has_its_own_object",
            ),
        ),
        migrations.AddConstraint(
            "evidencefile",
            models.CheckConstraint(
                condition=models.Q(object_key="") | models.Q(content=b""),
                name="evidence_file_lies_in_one_place",
            ),
        ),
    ]
