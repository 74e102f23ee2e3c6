"""Guidelines, score tables, scores and comments of assessing bodies."""
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_assessing_bodies'),
        ('commitments', '0015_edited_rows'),
        ('progress', '0044_evidence_scans'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AssessmentTable',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.CharField(choices=[('interim', 'Interim'), ('final', 'Final')], max_length=7)),
                ('number', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_feedback', 'Open for feedback'), ('released', 'Released'), ('discarded', 'Discarded')], default='draft', max_length=11)),
                ('handling', models.CharField(choices=[('clear', 'TLP:CLEAR'), ('green', 'TLP:GREEN'), ('amber', 'TLP:AMBER')], default='green', max_length=5)),
                ('began_at', models.DateTimeField()),
                ('feedback_opened_at', models.DateTimeField(null=True)),
                ('feedback_until', models.DateTimeField(null=True)),
                ('comments_audience', models.CharField(blank=True, choices=[('body', 'Only the delegation that wrote them, and the body'), ('delegations', 'All delegations'), ('readers', 'Everyone who signs in and reads the table')], max_length=11)),
                ('released_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('began_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='begun_assessment_tables', to=settings.AUTH_USER_MODEL)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessment_tables', to='accounts.assessingbody')),
                ('feedback_opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessment_tables_opened_for_feedback', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='released_assessment_tables', to=settings.AUTH_USER_MODEL)),
                ('stocktake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessment_tables', to='progress.stocktake')),
                ('supersedes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='progress.assessmenttable')),
            ],
        ),
        migrations.CreateModel(
            name='Guideline',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(default=1)),
                ('text', models.CharField(blank=True, max_length=10000)),
                ('written_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidelines', to='accounts.assessingbody')),
                ('commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidelines', to='commitments.commitment')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='published_guidelines', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='written_guidelines', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('score', models.CharField(blank=True, choices=[('1', 'Full compliance'), ('0', 'Partial compliance or work in progress'), ('-1', 'No compliance'), ('not_applicable', 'Not applicable')], max_length=14)),
                ('rationale', models.CharField(blank=True, max_length=10000)),
                ('sources', models.CharField(blank=True, max_length=4000)),
                ('as_of', models.DateField(null=True)),
                ('scored_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('ledger_record', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessment', to='progress.ledgerrecord')),
                ('member_commitment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='commitments.membercommitment')),
                ('scored_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scored_assessments', to=settings.AUTH_USER_MODEL)),
                ('table', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='progress.assessmenttable')),
                ('guideline', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='progress.guideline')),
            ],
        ),
        migrations.CreateModel(
            name='AssessmentComment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=2000)),
                ('written_at', models.DateTimeField()),
                ('answers', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='progress.assessmentcomment')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='progress.assessment')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assessment_comments', to='accounts.member')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessment_comments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['assessment', 'written_at'], name='assessment_comment_thread')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='assessment_comment_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('answers__isnull', False), ('member__isnull', True)), models.Q(('answers__isnull', True), ('member__isnull', False)), _connector='OR'), name='assessment_comment_is_of_a_member_or_answers_one')],
            },
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('body', 'stocktake', 'number'), name='assessment_table_number_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('body', 'stocktake'), name='assessment_table_is_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('supersedes',), name='assessment_table_has_one_successor'),
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', 1), ('supersedes__isnull', True)), models.Q(('number__gt', 1), ('supersedes__isnull', False)), _connector='OR'), name='assessment_table_number_one_revises_none'),
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.CheckConstraint(condition=models.Q(('handling__in', ['clear', 'green'])), name='assessment_table_is_clear_or_green'),
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comments_audience', ''), ('feedback_opened_at__isnull', True), ('feedback_opened_by__isnull', True), ('feedback_until__isnull', True)), models.Q(('feedback_opened_at__isnull', False), ('feedback_opened_by__isnull', False), ('feedback_until__gt', models.F('feedback_opened_at')), ('phase', 'interim'), ('state__in', ['in_feedback', 'released']), models.Q(('comments_audience', ''), _negated=True)), _connector='OR'), name='assessment_table_opened_for_feedback_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'in_feedback'), _negated=True), ('feedback_opened_at__isnull', False), _connector='OR'), name='assessment_table_in_feedback_was_opened'),
        ),
        migrations.AddConstraint(
            model_name='assessmenttable',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('released_at__isnull', False), ('released_by__isnull', False), ('state', 'released')), models.Q(models.Q(('state', 'released'), _negated=True), ('released_at__isnull', True), ('released_by__isnull', True)), _connector='OR'), name='assessment_table_is_released_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='guideline',
            constraint=models.UniqueConstraint(fields=('body', 'commitment', 'number'), name='guideline_number_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='guideline',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('body', 'commitment'), name='guideline_is_one_at_work'),
        ),
        migrations.AddConstraint(
            model_name='guideline',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='guideline_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='guideline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('published_by__isnull', True)), models.Q(('published_at__isnull', False), ('published_by__isnull', False), models.Q(('text', ''), _negated=True)), _connector='OR'), name='guideline_is_published_by_somebody_with_words'),
        ),
        migrations.AddConstraint(
            model_name='guideline',
            constraint=models.CheckConstraint(condition=models.Q(('published_at__isnull', True), ('published_at__gte', models.F('written_at')), _connector='OR'), name='guideline_is_written_first'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(fields=('table', 'member_commitment'), name='assessment_is_one_a_cell'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('guideline__isnull', True), ('score', '')), models.Q(models.Q(('score', ''), _negated=True), ('as_of__isnull', False), ('guideline__isnull', False), ('scored_at__isnull', False)), _connector='OR'), name='assessment_score_has_a_guideline_and_a_day'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scored_at__isnull', True), ('scored_by__isnull', True)), models.Q(('scored_at__isnull', False), ('scored_by__isnull', False)), _connector='OR'), name='assessment_is_scored_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('ledger_record__isnull', True), models.Q(models.Q(('score', ''), _negated=True), models.Q(('rationale', ''), _negated=True)), _connector='OR'), name='assessment_on_record_is_complete'),
        ),
    ]
