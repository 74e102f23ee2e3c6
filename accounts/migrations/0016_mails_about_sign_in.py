"""What a mail about a person's sign-in tells: most are about a new device."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_grants_stay'),
    ]

    operations = [
        migrations.AddField(
            model_name='newdevicemail',
            name='about',
            field=models.CharField(choices=[('new_device', 'Device'), ('second_factor_added', 'Factor Added'), ('second_factor_removed', 'Factor Removed'), ('recovery_codes_made', 'Codes Made')], db_default='new_device', default='new_device', max_length=24),
        ),
    ]
