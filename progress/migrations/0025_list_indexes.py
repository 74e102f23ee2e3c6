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
        # The indexes above begin with these columns.
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
    ]
