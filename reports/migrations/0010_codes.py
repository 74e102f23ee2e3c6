"""Reports have a code from now on. Those that are there stay without one."""

import reports.codes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0009_circulation'),
    ]

    operations = [
        migrations.AlterField(
            model_name='report',
            name='code',
            field=models.CharField(blank=True, default=reports.codes.new_code, editable=False, max_length=16),
        ),
    ]
