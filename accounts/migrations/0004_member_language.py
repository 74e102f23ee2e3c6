"""The language in which a member's drafts begin. Loading the reference data fills it."""

from django.db import migrations, models

TAG = (
    "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
    "(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_known_devices")]
    operations = [
        migrations.AddField(
            model_name="member",
            name="language",
            field=models.CharField(blank=True, default="", max_length=35),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("language", ""), ("language__regex", TAG), _connector="OR"),
                name="member_language_is_a_tag",
            ),
        ),
    ]
