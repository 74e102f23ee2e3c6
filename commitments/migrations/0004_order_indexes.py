"""Indexes for lists of entries in the order of their commitments or members."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0003_wording_stays")]
    operations = [
        migrations.AddIndex(
            model_name='commitment',
            index=models.Index(fields=['position', 'plan'], name='commitment_by_position'),
        ),
        migrations.AddIndex(
            model_name='membercommitment',
            index=models.Index(fields=['member', 'commitment'], name='member_commitment_by_member'),
        ),
    ]
