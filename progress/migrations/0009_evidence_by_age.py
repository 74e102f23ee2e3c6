"""The newest evidence of a delegation is offered wherever its people write."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0008_carried_forward")]
    operations = [
        AddIndexConcurrently(
            model_name="evidence",
            index=models.Index(
                fields=["member", "-added_at"], name="evidence_of_a_member_by_age"
            ),
        ),
    ]
