"""For whom a comment was written. No comment is there yet: the table is new."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_versions_and_names"),
        ("progress", "0005_only_added"),
    ]
    operations = [
        migrations.AddField(
            model_name="comment",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="accounts.member",
            ),
        ),
    ]
