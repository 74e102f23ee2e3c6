"""Forms that made something: a second press of one makes nothing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_begun_stays")]
    operations = [
        migrations.CreateModel(
            name="FormToken",
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
                ("token", models.UUIDField()),
                ("content_hash", models.CharField(max_length=64)),
                ("made_url", models.CharField(blank=True, max_length=500)),
                ("sent_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="form_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["sent_at"], name="form_token_sent_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "token"), name="form_token_is_used_once"
                    )
                ],
            },
        ),
    ]
