"""When a person closed the tour of their first visit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_language")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="tour_closed_at",
            field=models.DateTimeField(null=True),
        ),
    ]
