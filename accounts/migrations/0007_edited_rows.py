"""Members and presidencies have a version, and the instant of their last edit."""

from django.db import migrations, models


def edited(model):
    return [
        migrations.AddField(model, "version", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            model, "edited_at", models.DateTimeField(editable=False, null=True)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_form_tokens")]
    operations = [*edited("member"), *edited("presidency")]
