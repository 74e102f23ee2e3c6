"""When each task of the clock was last done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="PeriodicRun",
            fields=[
                (
                    "task",
                    models.CharField(max_length=80, primary_key=True, serialize=False),
                ),
                ("done_at", models.DateTimeField()),
            ],
        ),
    ]
