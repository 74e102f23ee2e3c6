"""The words of each entry, to search by.

PostgreSQL without extensions can neither fold accents nor find Japanese words. So the
application stores the words in plain spelling, and the index holds tokens made of them.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions
from django.db import migrations, models

# Each token begins with the month of the entry's day, so that a search asks the index
# for one month after another. A run of Chinese or Japanese gives its pairs of
# characters, and its last character.
TOKENS = """
CREATE FUNCTION entry_search_tokens(as_of date, words text, runs text)
RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_to_tsvector(array(
        SELECT month || token
        FROM (SELECT extract(year FROM as_of)::int * 12
            + extract(month FROM as_of)::int || ':') AS its(month),
        LATERAL (
            SELECT word FROM string_to_table(words, ' ') AS word WHERE word <> ''
            UNION ALL
            SELECT substr(run, place, 2) FROM string_to_table(runs, ' ') AS run,
                generate_series(1, length(run)) AS place
        ) AS each(token)
    ));
$$;
"""
# It is made again from the entries, and never emptied.
GRANTS = """
CALL revoke_from_all('progress_entrysearch', 'DELETE, TRUNCATE');
"""


class Migration(migrations.Migration):
    dependencies = [("progress", "0023_entries_in_progress")]
    operations = [
        migrations.CreateModel(
            "EntrySearch",
            [
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="search_row",
                        serialize=False,
                        to="progress.entry",
                    ),
                ),
                ("as_of", models.DateField()),
                ("words", models.TextField(blank=True)),
                ("runs", models.TextField(blank=True)),
            ],
        ),
        migrations.RunSQL(TOKENS, "DROP FUNCTION entry_search_tokens"),
        migrations.AddIndex(
            "entrysearch",
            django.contrib.postgres.indexes.GinIndex(
                models.Func("as_of", "words", "runs", function="entry_search_tokens"),
                fastupdate=False,
                name="entry_search",
            ),
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
    ]
