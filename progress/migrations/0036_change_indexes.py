"""The indexes of changes: what a reader may see of them, in their order."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Case, Q, Value, When

CHANGE_HANDLING = Case(
    *(
        When(
            Q(~Q(kind="withdrawal"), handling=label) | Q(supersedes_handling=label),
            then=Value(label),
        )
        for label in ("clear", "green")
    ),
    default=Value("amber"),
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("progress", "0035_changes")]
    operations = [
        AddIndexConcurrently(
            "entry",
            models.Index(
                CHANGE_HANDLING,
                "ledger_record",
                condition=Q(state="published"),
                name="entry_change",
            ),
        ),
        AddIndexConcurrently(
            "entry",
            models.Index(
                "member_commitment",
                CHANGE_HANDLING,
                "ledger_record",
                condition=Q(state="published"),
                name="entry_change_of_one",
            ),
        ),
    ]
