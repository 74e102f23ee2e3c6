"""A table for the versions of lead authority and target date."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0007_short_titles_are_unique"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="LeadAndTargetVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("lead_authority", models.CharField(blank=True, max_length=200)),
                ("target_on", models.DateField(blank=True, null=True)),
                ("set_at", models.DateTimeField()),
                (
                    "member_commitment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_and_target_versions",
                        to="commitments.membercommitment",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_and_target_versions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["member_commitment", "-id"],
                        name="newest_lead_and_target",
                    )
                ],
            },
        ),
    ]
