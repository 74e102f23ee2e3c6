"""A tombstone is of an entry, a score, a guideline, or a comment on a score.

It is found by the id of what was erased. Those of entries keep theirs.
"""

import django.db.models.deletion
from django.db import migrations, models

# The key moves from the entry's column to one of its own. Tombstones refuse every
# change while their triggers are on.
MOVE_KEY = """
ALTER TABLE progress_tombstone ADD COLUMN id uuid;
SET LOCAL session_replication_role = replica;
UPDATE progress_tombstone SET id = entry_id;
SET LOCAL session_replication_role = origin;
ALTER TABLE progress_tombstone DROP CONSTRAINT progress_tombstone_pkey,
    ADD CONSTRAINT progress_tombstone_pkey PRIMARY KEY (id),
    ALTER COLUMN entry_id DROP NOT NULL,
    ADD CONSTRAINT progress_tombstone_entry_id_key UNIQUE (entry_id);
"""
MOVE_KEY_BACK = """
SET LOCAL session_replication_role = replica;
DELETE FROM progress_tombstone WHERE entry_id IS NULL;
SET LOCAL session_replication_role = origin;
ALTER TABLE progress_tombstone DROP CONSTRAINT progress_tombstone_entry_id_key,
    DROP CONSTRAINT progress_tombstone_pkey,
    ADD CONSTRAINT progress_tombstone_pkey PRIMARY KEY (entry_id),
    DROP COLUMN id;
"""


def _of(name: str) -> models.OneToOneField:
    return models.OneToOneField(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="tombstone",
        to=f"progress.{name}",
    )


_OTHERS = {
    "assessment": "assessment",
    "guideline": "guideline",
    "comment": "assessmentcomment",
}
_ERASABLE = ("entry", *_OTHERS)


def _is_of(name: str) -> models.Q:
    others = {f"{other}__isnull": True for other in _ERASABLE if other != name}
    return models.Q((name, models.F("id")), **others)


class Migration(migrations.Migration):
    dependencies = [("progress", "0046_assessments_stay")]
    operations = [
        migrations.RemoveConstraint("tombstone", "tombstone_has_a_place"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MOVE_KEY, MOVE_KEY_BACK)],
            state_operations=[
                migrations.AlterField("tombstone", "entry", _of("entry")),
                migrations.AddField(
                    "tombstone",
                    "id",
                    models.UUIDField(primary_key=True, serialize=False),
                ),
            ],
        ),
        *(
            migrations.AddField("tombstone", name, _of(model))
            for name, model in _OTHERS.items()
        ),
        migrations.AlterField(
            "tombstone", "content_sha256", models.CharField(blank=True, max_length=64)
        ),
        migrations.AddConstraint(
            "tombstone",
            models.CheckConstraint(
                condition=models.Q(number__gte=1)
                & (models.Q(ledger_head__gte=1) | models.Q(entry__isnull=True)),
                name="tombstone_has_a_place",
            ),
        ),
        migrations.AddConstraint(
            "tombstone",
            models.CheckConstraint(
                condition=_is_of("entry")
                | _is_of("assessment")
                | _is_of("guideline")
                | _is_of("comment"),
                name="tombstone_is_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            "tombstone",
            models.CheckConstraint(
                condition=~models.Q(content_sha256="")
                | models.Q(entry__isnull=True, guideline__isnull=True),
                name="tombstone_has_what_the_ledger_has",
            ),
        ),
    ]
