"""Indexes for each order of the API's list of entries, and for each of its filters."""

import datetime
import django.db.models.deletion
import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("commitments", "0004_order_indexes"),
        ("progress", "0024_entry_search"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['-as_of', '-id'], include=('member_commitment', 'state', 'handling', 'kind', 'supersedes'), name='entry_by_day'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['member_commitment', '-as_of', '-id'], include=('state', 'handling', 'kind', 'supersedes'), name='entry_of_one_by_day'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['written_at', 'id'], name='entry_by_writing'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(django.db.models.functions.comparison.Coalesce('published_at', models.Value(datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), models.F('id'), name='entry_by_publication'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['status', '-as_of', '-id'], name='entry_by_status'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['handling', '-as_of', '-id'], name='entry_by_handling'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['language', '-as_of', '-id'], name='entry_by_language'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['stocktake', '-as_of', '-id'], name='entry_by_stocktake'),
        ),
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(condition=models.Q(('kind', 'update'), _negated=True), fields=['kind', '-as_of', '-id'], name='entry_by_kind'),
        ),
        # The indexes above begin with these columns. Without the names of their indexes,
        # Django would drop every index of the column alone, and with it the constraint
        # `entry_one_update_at_work`.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY {name}",
                    f"CREATE INDEX CONCURRENTLY {name} ON progress_entry ({column})",
                )
                for name, column in {
                    "progress_entry_member_commitment_id_64c3827c": "member_commitment_id",
                    "progress_entry_stocktake_id_e0b6cf5f": "stocktake_id",
                }.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='entry',
                    name='member_commitment',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='commitments.membercommitment'),
                ),
                migrations.AlterField(
                    model_name='entry',
                    name='stocktake',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='progress.stocktake'),
                ),
            ],
        ),
    ]
