"""An instrument's owner becomes a reference. The next migrations fill it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0011_lead_and_target_have_moved")]
    operations = [
        migrations.RenameField("instrument", "owner", "owner_name"),
        migrations.AddField(
            model_name="instrument",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="owned",
                to="commitments.instrument",
            ),
        ),
    ]
