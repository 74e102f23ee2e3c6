"""Keep the requests of each key for a while, for its delegation to read."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_idempotency_keys")]
    operations = [
        migrations.CreateModel(
            name="ApiKeyUse",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("method", models.CharField(max_length=8)),
                ("route", models.CharField(max_length=80)),
                ("status", models.PositiveSmallIntegerField()),
                ("network", models.CharField(blank=True, max_length=43)),
                (
                    "key",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="accounts.apikey"),
                ),
            ],
            options={
                "indexes": [
                    models.Index("key", F("at").desc(), "id", name="api_key_use_newest"),
                    models.Index(fields=["at"], name="api_key_use_at"),
                ],
            },
        ),
    ]
