"""The language of an entry's text. What is published without one stays without one."""

from django.db import migrations, models

TAG = (
    "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
    "(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$"
)


class Migration(migrations.Migration):
    dependencies = [("progress", "0012_entry_authors")]
    operations = [
        migrations.AddField(
            model_name="entry",
            name="language",
            field=models.CharField(blank=True, default="", max_length=35),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("language", ""), ("language__regex", TAG), _connector="OR"),
                name="entry_language_is_a_tag",
            ),
        ),
    ]
