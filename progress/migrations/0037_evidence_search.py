"""The words of each entry's evidence, to search by, beside those of its text.

`manage.py prepare` stores those of entries from before.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0036_change_indexes")]
    operations = [
        migrations.AddField(
            "entrysearch", "evidence_words", models.TextField(blank=True, null=True)
        ),
        migrations.AddField(
            "entrysearch", "evidence_runs", models.TextField(blank=True, null=True)
        ),
        migrations.AddIndex(
            "entrysearch",
            django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "as_of",
                    "evidence_words",
                    "evidence_runs",
                    function="entry_search_tokens",
                ),
                fastupdate=False,
                name="entry_evidence_search",
            ),
        ),
    ]
