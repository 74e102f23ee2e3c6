"""The versions hold what these columns held."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("commitments", "0010_versions_stay")]
    operations = [
        migrations.RemoveField("membercommitment", "lead_authority"),
        migrations.RemoveField("membercommitment", "target_on"),
    ]
