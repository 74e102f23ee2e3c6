"""Keep everybody who changed an entry since its draft began. Rows are only ever added.

An author cannot clear the entry: the database refuses their clearance as well. For the
entries in progress, the one author that is known is the person who wrote them last.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ONLY_ADDED = """
CREATE TRIGGER progress_entryauthor_rows_stay
    BEFORE UPDATE OR DELETE ON progress_entryauthor
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER progress_entryauthor_table_stays
    BEFORE TRUNCATE ON progress_entryauthor
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CALL revoke_from_all('progress_entryauthor', 'UPDATE, DELETE, TRUNCATE');
CREATE FUNCTION refuse_clearance_by_author() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM progress_entryauthor
        WHERE entry_id = NEW.entry_id AND user_id = NEW.cleared_by_id
    ) THEN
        RAISE EXCEPTION 'entry % cannot be cleared by one of its authors', NEW.entry_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clearance_is_not_by_an_author BEFORE INSERT ON progress_clearance
    FOR EACH ROW EXECUTE FUNCTION refuse_clearance_by_author();
"""

UNDO = """
DROP TRIGGER clearance_is_not_by_an_author ON progress_clearance;
DROP FUNCTION refuse_clearance_by_author;
"""

# A text that was carried forward and is not confirmed yet has no author.
KNOWN_AUTHORS = """
INSERT INTO progress_entryauthor (entry_id, user_id, first_changed_at)
SELECT id, written_by_id, written_at FROM progress_entry
WHERE state IN ('draft', 'in_clearance', 'submitted', 'returned')
    AND (unchanged_since IS NULL OR confirmed_at IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("progress", "0011_labels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="EntryAuthor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("first_changed_at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authors",
                        to="progress.entry",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authored_entries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "user"), name="entry_author_is_unique"
                    )
                ],
            },
        ),
        migrations.RunSQL(ONLY_ADDED, UNDO),
        migrations.RunSQL(KNOWN_AUTHORS, migrations.RunSQL.noop),
    ]
