"""The language that a person chose for pages and mails."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_key_uses")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=35),
        ),
    ]
