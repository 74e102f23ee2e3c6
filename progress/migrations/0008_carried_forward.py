"""Only an update is carried forward, and only what is carried is confirmed."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0007_ledger_guards")]
    operations = [
        # In two steps: rows are read without keeping anybody from writing.
        AddConstraintNotValid(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=Q(unchanged_since__isnull=True, confirmed_at__isnull=True)
                | Q(unchanged_since__isnull=False, kind="update"),
                name="entry_carries_an_update_forward",
            ),
        ),
        ValidateConstraint(model_name="entry", name="entry_carries_an_update_forward"),
    ]
