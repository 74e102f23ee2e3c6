"""Up to where each person has read what changed."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_key_uses"),
        ("progress", "0038_public_reading"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingMark",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=deletion.PROTECT,
                        primary_key=True,
                        related_name="reading_mark",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("ledger_number", models.PositiveBigIntegerField()),
                ("erasure_number", models.PositiveBigIntegerField()),
                ("marked_at", models.DateTimeField()),
                ("previous_ledger_number", models.PositiveBigIntegerField(null=True)),
                ("previous_erasure_number", models.PositiveBigIntegerField(null=True)),
                ("previous_marked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            previous_ledger_number__isnull=True,
                            previous_erasure_number__isnull=True,
                            previous_marked_at__isnull=True,
                        )
                        | models.Q(
                            previous_ledger_number__isnull=False,
                            previous_erasure_number__isnull=False,
                            previous_marked_at__isnull=False,
                        ),
                        name="reading_mark_before_is_whole",
                    )
                ]
            },
        ),
    ]
