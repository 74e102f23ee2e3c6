"""One index in the order of the list of notices, in place of one by age alone."""

from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models
from django.db.models import F
from django.db.models.lookups import IsNull


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("partners", "0002_labels")]
    operations = [
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                F("user"),
                IsNull(F("read_at"), False),
                F("created_at").desc(),
                F("id"),
                name="notice_in_order",
            ),
        ),
        RemoveIndexConcurrently(model_name="notice", name="notice_of_user"),
    ]
