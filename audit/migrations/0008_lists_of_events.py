"""The indexes of the audit page: the events of one member, and those of some verbs."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0007_present_is_quick")]
    operations = [
        AddIndexConcurrently(
            "event",
            models.Index(
                fields=["member", "at", "id"],
                condition=~models.Q(member=""),
                name="event_of_member",
            ),
        ),
        AddIndexConcurrently(
            "event",
            models.Index(fields=["verb", "at", "id"], name="event_of_verb"),
        ),
    ]
