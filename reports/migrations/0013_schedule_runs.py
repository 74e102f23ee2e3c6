"""A schedule says what its last run did, and no two are alike."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

_NEVER_RAN = models.Q(
    last_run_at__isnull=True, last_outcome="", last_draft__isnull=True
)
_RAN = models.Q(
    last_run_at__isnull=False,
    last_outcome__in=["compiled", "unchanged"],
    last_draft__isnull=False,
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0011_circulation_stays")]
    operations = [
        migrations.AddField(
            "schedule",
            "done_until",
            models.DateTimeField(default=timezone.now),
            preserve_default=False,
        ),
        migrations.AddField(
            "schedule",
            "last_draft",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="reports.report",
            ),
        ),
        migrations.AddField(
            "schedule",
            "last_outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("compiled", "A draft was compiled"),
                    ("unchanged", "Nothing had changed"),
                ],
                max_length=9,
            ),
        ),
        migrations.AddField(
            "schedule", "last_run_at", models.DateTimeField(null=True)
        ),
        migrations.AddField(
            "schedule", "version", models.PositiveIntegerField(default=1)
        ),
        migrations.AddConstraint(
            "schedule",
            models.CheckConstraint(
                condition=_NEVER_RAN | _RAN, name="schedule_run_has_its_outcome"
            ),
        ),
        migrations.AddConstraint(
            "schedule",
            models.UniqueConstraint(
                condition=models.Q(("stopped_at__isnull", True)),
                fields=(
                    "plan",
                    "audience",
                    "language",
                    "layout",
                    "rhythm",
                    "weekday",
                    "month_day",
                    "time",
                ),
                name="schedule_is_there_once",
                nulls_distinct=False,
            ),
        ),
    ]
