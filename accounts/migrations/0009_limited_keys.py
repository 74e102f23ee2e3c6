"""Keys are limited to networks and to a body's instruments, and are rotated.

A rotated key hands its name on while both keys work: a name is unique among the keys
that are neither revoked nor replaced.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Lower

LIMITED = ["read:clear", "read:green", "read:own", "manage:webhooks"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_acting_heads")]
    operations = [
        migrations.AddField("apikey", "purpose", models.CharField(blank=True, default="", max_length=200), preserve_default=False),
        migrations.AddField(
            "apikey",
            "networks",
            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43), blank=True, default=list, size=None),
        ),
        migrations.AddField("apikey", "instrument_owner", models.CharField(blank=True, default="", max_length=50), preserve_default=False),
        migrations.AddField("apikey", "replaced_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "apikey",
            "replaces",
            models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="replaced_by", to="accounts.apikey"),
        ),
        migrations.RemoveConstraint("apikey", "api_key_name_is_unique_while_not_revoked"),
        migrations.AddConstraint(
            "apikey",
            models.UniqueConstraint(
                Lower("name"),
                condition=models.Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="api_key_name_is_unique_while_in_use",
            ),
        ),
        migrations.AddConstraint("apikey", models.CheckConstraint(condition=models.Q(networks__len__lte=20), name="api_key_networks_are_few")),
        migrations.AddConstraint(
            "apikey",
            models.CheckConstraint(
                condition=models.Q(instrument_owner="") | models.Q(scopes__contained_by=LIMITED),
                name="api_key_of_a_body_only_reads_entries",
            ),
        ),
    ]
