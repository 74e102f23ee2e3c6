"""Drafts circulate and become final, schedules compile them, and files have covers."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_key_uses'),
        ('commitments', '0015_edited_rows'),
        ('progress', '0041_silence_stays'),
        ('reports', '0008_formats'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Circulation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='FinalApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReportCover',
            fields=[
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='cover', serialize=False, to='reports.report')),
                ('picture', models.BinaryField()),
                ('pages', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('audience', models.CharField(choices=[('clear', 'TLP:CLEAR'), ('green', 'TLP:GREEN'), ('amber', 'TLP:AMBER')], max_length=5)),
                ('language', models.CharField(default='en', max_length=8)),
                ('layout', models.CharField(default='full', max_length=7)),
                ('rhythm', models.CharField(choices=[('daily', 'Every day'), ('weekly', 'Every week'), ('monthly', 'Every month'), ('at_close', 'When a stocktake closes')], max_length=8)),
                ('weekday', models.PositiveSmallIntegerField(null=True)),
                ('month_day', models.PositiveSmallIntegerField(null=True)),
                ('time', models.TimeField(null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='report',
            name='code',
            field=models.CharField(blank=True, default='', editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name='report',
            name='draft_number',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='report',
            name='final_of',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='final', to='reports.report'),
        ),
        migrations.AddField(
            model_name='report',
            name='scheduled_for',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='report',
            name='requested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requested_reports', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='reportfile',
            index=models.Index(fields=['sha256'], name='report_file_by_hash'),
        ),
        migrations.AddField(
            model_name='circulation',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='circulations', to='reports.report'),
        ),
        migrations.AddField(
            model_name='circulation',
            name='procedure',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='circulation', to='progress.silenceprocedure'),
        ),
        migrations.AddField(
            model_name='finalapproval',
            name='approved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='final_approvals', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='finalapproval',
            name='circulation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='reports.circulation'),
        ),
        migrations.AddField(
            model_name='finalapproval',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='final_approvals', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='schedule',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='created_schedules', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='schedule',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='commitments.plan'),
        ),
        migrations.AddField(
            model_name='schedule',
            name='stopped_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stopped_schedules', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='schedule',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='reports.schedule'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('requested_by__isnull', False), ('schedule__isnull', True), ('scheduled_for__isnull', True)), models.Q(('is_of_presidency', True), ('requested_by__isnull', True), ('schedule__isnull', False), ('scheduled_for__isnull', False)), _connector='OR'), name='report_is_asked_for_by_one'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('schedule', 'scheduled_for'), name='report_of_a_schedule_is_compiled_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('draft_number__isnull', False)), fields=('plan', 'stocktake', 'kind', 'layout', 'audience', 'language', 'member', 'action', 'sub_area', 'instrument', 'since_stocktake', 'since_report', 'since_at', 'draft_number'), name='report_draft_number_is_unique_in_its_line', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('draft_number__isnull', True), models.Q(('draft_number__gte', 1), ('final_of__isnull', True), ('is_of_presidency', True)), _connector='OR'), name='report_draft_number_is_of_the_presidency'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='report_code_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('circulation', 'none'), models.Q(('audience__in', ['clear', 'green']), ('is_of_presidency', True)), _connector='OR'), name='report_of_amber_does_not_circulate'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('circulation__in', ['circulated', 'objected']), ('state', 'done')), ('circulation__in', ['none', 'final']), _connector='OR'), name='report_circulates_when_it_is_done'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('circulation', 'final'), ('final_of__isnull', False)), models.Q(models.Q(('circulation', 'final'), _negated=True), ('final_of__isnull', True)), _connector='OR'), name='report_is_final_of_a_draft'),
        ),
        migrations.AddConstraint(
            model_name='finalapproval',
            constraint=models.UniqueConstraint(fields=('circulation', 'approved_by'), name='final_approval_is_one_a_person'),
        ),
        migrations.AddIndex(
            model_name='schedule',
            index=models.Index(condition=models.Q(('stopped_at__isnull', True)), fields=['next_at'], name='schedule_due'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('month_day', None), ('rhythm', 'daily'), ('weekday', None)), models.Q(('month_day', None), ('rhythm', 'weekly'), ('weekday__range', (0, 6))), models.Q(('month_day__range', (1, 28)), ('rhythm', 'monthly'), ('weekday', None)), models.Q(('month_day', None), ('rhythm', 'at_close'), ('weekday', None)), _connector='OR'), name='schedule_rhythm_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('next_at', None), ('rhythm', 'at_close'), ('time', None)), models.Q(models.Q(('rhythm', 'at_close'), _negated=True), ('time__isnull', False), models.Q(('next_at__isnull', False), ('stopped_at__isnull', False), _connector='OR')), _connector='OR'), name='schedule_rhythm_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', True), ('stopped_by__isnull', True)), models.Q(('next_at__isnull', True), ('stopped_at__isnull', False), ('stopped_by__isnull', False)), _connector='OR'), name='schedule_is_stopped_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='schedule',
            constraint=models.CheckConstraint(condition=models.Q(('layout__in', ('full', 'compact'))), name='schedule_layout_is_known'),
        ),
    ]
