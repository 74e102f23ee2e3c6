"""Each commitment gets a short title. The next migrations fill it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0004_order_indexes")]
    operations = [
        migrations.AddField(
            model_name="commitment",
            name="short_title",
            field=models.CharField(max_length=60, default=""),
            preserve_default=False,
        ),
    ]
