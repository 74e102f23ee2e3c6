"""Each commitment is called by the opening of its wording, until somebody edits it."""

import textwrap
from collections import Counter

from django.db import migrations

LENGTH = 60


def opening(text, length=LENGTH):
    words = " ".join(text.split())
    if len(words) <= length:
        return words.rstrip(".")
    cut = textwrap.shorten(words, length, placeholder="…", break_on_hyphens=False)
    return words[: length - 1] + "…" if cut == "…" else cut


def name_by_opening(apps, schema_editor):
    rows = apps.get_model("commitments", "Commitment").objects.using(
        schema_editor.connection.alias
    )
    commitments = list(rows.only("plan_id", "code", "text"))
    shared = Counter((row.plan_id, opening(row.text)) for row in commitments)
    for row in commitments:
        row.short_title = opening(row.text)
        if shared[row.plan_id, row.short_title] > 1:
            ending = f" ({row.code})"
            row.short_title = opening(row.text, LENGTH - len(ending)) + ending
    rows.bulk_update(commitments, ["short_title"], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("commitments", "0005_short_titles")]
    operations = [migrations.RunPython(name_by_opening, migrations.RunPython.noop)]
