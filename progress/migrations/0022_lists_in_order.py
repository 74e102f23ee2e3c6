"""Indexes of the lists of comments and questions, in the orders of their pages."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0017_publication")]
    operations = [
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                condition=Q(submitted_at__isnull=False) & ~Q(state="published"),
                fields=["member_commitment"],
                name="entry_open_to_comments",
            ),
        ),
        AddIndexConcurrently(
            model_name="question",
            index=models.Index(fields=["due_on", "id"], name="question_by_day"),
        ),
        AddIndexConcurrently(
            model_name="question",
            index=models.Index(fields=["asked_at", "id"], name="question_by_age"),
        ),
        AddIndexConcurrently(
            model_name="question",
            index=models.Index(
                condition=Q(answered_at__isnull=True),
                fields=["entry"],
                name="question_open",
            ),
        ),
    ]
