"""The order of changes: what a publication supersedes, and where an erasure stands."""

from django.db import migrations, models

# The database itself copies the handling, whoever writes the row. The superseded entry
# is published, so it never changes.
COPY = """
CREATE FUNCTION copy_superseded_handling() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    NEW.supersedes_handling := COALESCE(
        (SELECT handling FROM progress_entry WHERE id = NEW.supersedes_id), '');
    RETURN NEW;
END $$;
CREATE TRIGGER entry_copies_superseded_handling
    BEFORE INSERT OR UPDATE OF supersedes_id, supersedes_handling ON progress_entry
    FOR EACH ROW WHEN (NEW.supersedes_id IS NOT NULL OR NEW.supersedes_handling <> '')
    EXECUTE FUNCTION copy_superseded_handling();
"""
UNDO = """
DROP TRIGGER entry_copies_superseded_handling ON progress_entry;
DROP FUNCTION copy_superseded_handling;
"""
# Published entries and tombstones refuse every change while their triggers are on.
FILL = """
SET LOCAL session_replication_role = replica;
UPDATE progress_entry AS entry SET supersedes_handling = superseded.handling
    FROM progress_entry AS superseded WHERE superseded.id = entry.supersedes_id;
UPDATE progress_tombstone AS tombstone
    SET number = place.number, ledger_head = place.ledger_head
    FROM (
        SELECT erased.entry_id,
            row_number() OVER (ORDER BY erased.erased_at, erased.entry_id) AS number,
            max(GREATEST(entry.ledger_record_id, (
                SELECT max(sequence) FROM progress_ledgerrecord
                WHERE recorded_at <= erased.erased_at)))
                OVER (ORDER BY erased.erased_at, erased.entry_id) AS ledger_head
        FROM progress_tombstone AS erased
        JOIN progress_entry AS entry ON entry.id = erased.entry_id
    ) AS place
    WHERE place.entry_id = tombstone.entry_id;
SET LOCAL session_replication_role = origin;
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0034_external_refs")]
    operations = [
        migrations.AddField(
            "entry",
            "supersedes_handling",
            models.CharField(
                blank=True,
                choices=[
                    ("clear", "TLP:CLEAR"),
                    ("green", "TLP:GREEN"),
                    ("amber", "TLP:AMBER"),
                ],
                default="",
                editable=False,
                max_length=5,
            ),
            preserve_default=False,
        ),
        *(
            migrations.AddField(
                "tombstone",
                name,
                models.PositiveBigIntegerField(default=0),
                preserve_default=False,
            )
            for name in ("number", "ledger_head")
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(COPY, UNDO),
        migrations.AddConstraint(
            "tombstone",
            models.UniqueConstraint(
                fields=("number",), name="tombstone_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            "tombstone",
            models.CheckConstraint(
                condition=models.Q(("ledger_head__gte", 1), ("number__gte", 1)),
                name="tombstone_has_a_place",
            ),
        ),
        migrations.AddIndex(
            "tombstone",
            models.Index(fields=["ledger_head", "number"], name="tombstone_change"),
        ),
    ]
