"""A report has a kind with a scope, a layout, and since when its changes are.

The Presidency could read every report until now. Those that are there stay so: only
reports requested from now on are told apart by who requested them.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_form_tokens'),
        ('commitments', '0004_order_indexes'),
        ('progress', '0030_covering_indexes'),
        ('reports', '0005_manifests'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='action',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='commitments.action'),
        ),
        migrations.AddField(
            model_name='report',
            name='instrument',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='commitments.instrument'),
        ),
        migrations.AddField(
            model_name='report',
            name='is_of_presidency',
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name='report',
            name='is_of_presidency',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='report',
            name='layout',
            field=models.CharField(choices=[('full', 'Full'), ('compact', 'Compact')], default='full', max_length=7),
        ),
        migrations.AddField(
            model_name='report',
            name='member',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='report',
            name='since_at',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='since_known_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='since_report',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports_since', to='reports.report'),
        ),
        migrations.AddField(
            model_name='report',
            name='since_stocktake',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports_since', to='progress.stocktake'),
        ),
        migrations.AddField(
            model_name='report',
            name='sub_area',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='commitments.subarea'),
        ),
        migrations.AlterField(
            model_name='report',
            name='kind',
            field=models.CharField(choices=[('stocktake', 'Stocktake report'), ('member', 'Member report'), ('brief', 'Brief'), ('changes', 'Report of changes'), ('gaps', 'List of gaps')], default='stocktake', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('stocktake', 'member', 'brief', 'changes', 'gaps'))), name='report_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('layout__in', ('full', 'compact'))), name='report_layout_is_known'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'gaps'), _negated=True), models.Q(('audience', 'amber'), ('layout', 'full')), _connector='OR'), name='report_of_gaps_is_amber'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'member'), ('member__isnull', False)), models.Q(models.Q(('kind', 'member'), _negated=True), ('member__isnull', True)), _connector='OR'), name='report_of_a_member_has_one'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'brief'), models.Q(models.Q(('action__isnull', False), ('instrument__isnull', True), ('sub_area__isnull', True)), models.Q(('action__isnull', True), ('instrument__isnull', True), ('sub_area__isnull', False)), models.Q(('action__isnull', True), ('instrument__isnull', False), ('sub_area__isnull', True)), _connector='OR')), models.Q(models.Q(('kind', 'brief'), _negated=True), ('action__isnull', True), ('instrument__isnull', True), ('sub_area__isnull', True)), _connector='OR'), name='report_brief_has_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'changes'), models.Q(models.Q(('since_at__isnull', True), ('since_report__isnull', True), ('since_stocktake__isnull', False)), models.Q(('since_at__isnull', True), ('since_report__isnull', False), ('since_stocktake__isnull', True)), models.Q(('since_at__isnull', False), ('since_report__isnull', True), ('since_stocktake__isnull', True)), _connector='OR')), models.Q(models.Q(('kind', 'changes'), _negated=True), ('since_at__isnull', True), ('since_report__isnull', True), ('since_stocktake__isnull', True)), _connector='OR'), name='report_of_changes_has_a_since'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('since_at__isnull', True), ('since_known_at__isnull', True)), models.Q(('since_at__isnull', False), ('since_known_at__isnull', False)), _connector='OR'), name='report_since_has_both_clocks'),
        ),
    ]
