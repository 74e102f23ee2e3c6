"""Events say for which member or body a person acted, at the time of the act."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_system_pause")]
    operations = [
        migrations.AddField(
            "event",
            "office",
            models.CharField(max_length=64, blank=True, db_default=""),
        ),
    ]
