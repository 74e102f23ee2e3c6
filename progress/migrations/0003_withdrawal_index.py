"""Withdrawals are few: an index of them alone, as every position asks for one."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('progress', '0002_append_only'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('kind', 'withdrawal'), ('state', 'published')), fields=['member_commitment'], name='entry_withdrawal'),
        ),
    ]
