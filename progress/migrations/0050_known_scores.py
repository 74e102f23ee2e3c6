"""The database knows which scores, phases and audiences of comments there are.

Averages and ranks count what a cell has, and a word that the rules do not know would
make every page of its table fail.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("progress", "0049_releases_on_record")]
    operations = [
        migrations.AddConstraint(
            "assessmenttable",
            models.CheckConstraint(
                condition=Q(phase__in=["interim", "final"]),
                name="assessment_table_phase_is_known",
            ),
        ),
        migrations.AddConstraint(
            "assessmenttable",
            models.CheckConstraint(
                condition=Q(comments_audience__in=["", "body", "delegations", "readers"]),
                name="assessment_table_comments_audience_is_known",
            ),
        ),
        migrations.AddConstraint(
            "assessment",
            models.CheckConstraint(
                condition=Q(score__in=["", "1", "0", "-1", "not_applicable"]),
                name="assessment_score_is_known",
            ),
        ),
    ]
