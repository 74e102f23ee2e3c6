"""More columns in the indexes of lists and positions, so that they answer alone."""

import datetime

import django.db.models.functions.comparison
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

VISIBILITY = ("member_commitment", "state", "handling", "kind", "supersedes")
PUBLICATION = django.db.models.functions.comparison.Coalesce(
    "published_at",
    models.Value(datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)),
)
INDEXES = [
    models.Index(
        fields=["member_commitment", "-as_of", "-published_at", "-ledger_record"],
        condition=models.Q(state="published"),
        include=["id", "state", "handling", "kind", "stocktake"],
        name="entry_position",
    ),
    models.Index(
        fields=["-as_of", "-id"],
        include=[*VISIBILITY, "published_at"],
        name="entry_by_day",
    ),
    models.Index(
        fields=["written_at", "id"], include=VISIBILITY, name="entry_by_writing"
    ),
    models.Index(
        PUBLICATION,
        "id",
        include=[*VISIBILITY, "published_at"],
        name="entry_by_publication",
    ),
    models.Index(
        fields=["stocktake", "-as_of", "-id"],
        include=VISIBILITY,
        name="entry_by_stocktake",
    ),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0029_ledger_ends")]

    # The old index serves until the new one is there.
    operations = [
        operation
        for index in INDEXES
        for operation in (
            migrations.RenameIndex(
                model_name="entry", old_name=index.name, new_name=f"{index.name}_old"
            ),
            AddIndexConcurrently(model_name="entry", index=index),
            RemoveIndexConcurrently(model_name="entry", name=f"{index.name}_old"),
        )
    ]
