"""Indexes for the list of jobs, which shows a few of very many link checks."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0025_list_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name='linkcheck',
            index=models.Index(fields=['checked_at'], name='link_check_checked'),
        ),
        AddIndexConcurrently(
            model_name='linkcheck',
            index=models.Index(condition=models.Q(('lease__isnull', False)), fields=['lease_ends_at'], name='link_check_running'),
        ),
    ]
