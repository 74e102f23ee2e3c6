from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_labels")]
    operations = [
        migrations.AddField(
            model_name="report",
            name="facts_sha256",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
