"""An index of the entries in progress, which every matrix and task list looks up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0022_lists_in_order")]

    operations = [
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                fields=["member_commitment"],
                condition=models.Q(
                    state__in=["draft", "in_clearance", "submitted", "returned"]
                ),
                name="entry_in_progress",
            ),
        ),
    ]
