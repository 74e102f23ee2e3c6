"""A short title is never blank, and is unique in its plan."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0006_opening_titles")]
    operations = [
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(
                fields=("plan", "short_title"), name="commitment_short_title_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(short_title__regex=r"\S"),
                name="commitment_has_a_short_title",
            ),
        ),
    ]
