"""The ledger, extensions, clearances, comments, questions, files, and who is who.

What was published before the ledger began has no record in it, and no release of the
product ever published without one: a trial from before is begun anew.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


EMPTY_OR_NOTHING = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM progress_entry) OR EXISTS (SELECT FROM progress_evidence) THEN
        RAISE EXCEPTION 'the entries of this database were made before the ledger began'
            USING HINT = 'This is a trial of an unreleased version: make reset.';
    END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_versions_and_names'),
        ('commitments', '0002_versions'),
        ('progress', '0003_withdrawal_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(EMPTY_OR_NOTHING, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('sequence', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('key_sha256', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name='Clearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField()),
                ('capital_reference', models.CharField(blank=True, max_length=120)),
                ('capital_dated_on', models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('thread', models.CharField(choices=[('delegation', 'Inside the delegation'), ('presidency', 'With the Presidency')], max_length=10)),
                ('body', models.CharField(max_length=2000)),
                ('written_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='EvidenceFile',
            fields=[
                ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='file', serialize=False, to='progress.evidence')),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=2000)),
                ('ends_at', models.DateTimeField()),
                ('granted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FocalPoint',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='focal_point', serialize=False, to='accounts.member')),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('deputy_phone', models.CharField(blank=True, max_length=40)),
                ('changed_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=4000)),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerRecord',
            fields=[
                ('sequence', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('publication', 'Publication'), ('withdrawal', 'Withdrawal'), ('assessment', 'Assessment')], max_length=11)),
                ('recorded_at', models.DateTimeField()),
                ('content_sha256', models.CharField(max_length=64)),
                ('previous_sha256', models.CharField(max_length=64, unique=True)),
                ('sha256', models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerSeal',
            fields=[
                ('id', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('sealed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='link_check', serialize=False, to='progress.evidence')),
                ('due_at', models.DateTimeField()),
                ('lease', models.UUIDField(null=True)),
                ('lease_ends_at', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('http_status', models.PositiveSmallIntegerField(null=True)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('failure_count', models.PositiveSmallIntegerField(default=0)),
                ('last_alive_at', models.DateTimeField(null=True)),
                ('dead_since', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('body', models.CharField(max_length=2000)),
                ('due_on', models.DateField()),
                ('asked_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, max_length=2000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=2000)),
                ('released_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='tombstone', serialize=False, to='progress.entry')),
                ('content_sha256', models.CharField(max_length=64)),
                ('reason', models.CharField(max_length=2000)),
                ('erased_at', models.DateTimeField()),
                ('erased_by', models.CharField(max_length=120)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='assignment',
            name='assignment_is_unique',
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_published_by_somebody',
        ),
        migrations.RemoveConstraint(
            model_name='evidence',
            name='evidence_is_a_link_or_a_citation',
        ),
        migrations.RemoveConstraint(
            model_name='stocktake',
            name='stocktake_closed_by_somebody_after_opening',
        ),
        migrations.RemoveIndex(
            model_name='entry',
            name='entry_position',
        ),
        migrations.AddField(
            model_name='assignment',
            name='kind',
            field=models.CharField(choices=[('drafts', 'May draft it'), ('responsible', 'Is responsible for it')], default='drafts', max_length=11),
        ),
        migrations.AddField(
            model_name='entry',
            name='confirmed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='confirmed_entries', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='entry',
            name='unchanged_since',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='file_name',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='evidence',
            name='media_type',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='evidence',
            name='member',
            field=models.ForeignKey(default='XX', on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='accounts.member'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='evidence',
            name='sha256',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='evidence',
            name='size',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='closing_head',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='closing_sha256',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='stocktake',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='kind',
            field=models.CharField(choices=[('link', 'Link'), ('citation', 'Citation'), ('file', 'File')], max_length=8),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('member_commitment', 'user', 'kind'), name='assignment_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'responsible')), fields=('member_commitment',), name='assignment_one_responsible'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('citation', ''), ('kind', 'link'), ('url__regex', '^https?://')), models.Q(('kind', 'citation'), ('url', ''), models.Q(('citation', ''), _negated=True)), models.Q(('citation', ''), ('kind', 'file'), ('url', '')), _connector='OR'), name='evidence_is_a_link_a_citation_or_a_file'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'file'), ('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0), models.Q(('file_name', ''), _negated=True), models.Q(('media_type', ''), _negated=True)), models.Q(models.Q(('kind', 'file'), _negated=True), ('file_name', ''), ('media_type', ''), ('sha256', ''), ('size__isnull', True)), _connector='OR'), name='evidence_file_has_a_name_and_a_hash'),
        ),
        migrations.AddConstraint(
            model_name='stocktake',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('closing_sha256', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('closing_sha256__regex', '^[0-9a-f]{64}$'), ('opened_at__isnull', False)), _connector='OR'), name='stocktake_closed_by_somebody_after_opening'),
        ),
        migrations.AddField(
            model_name='clearance',
            name='cleared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_clearances', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='clearance',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clearances', to='progress.entry'),
        ),
        migrations.AddField(
            model_name='clearance',
            name='sent_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent_clearances', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='comment',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='progress.entry'),
        ),
        migrations.AddField(
            model_name='comment',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='granted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='granted_extensions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='member',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='extension',
            name='stocktake',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='progress.stocktake'),
        ),
        migrations.AddField(
            model_name='focalpoint',
            name='changed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changed_focal_points', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='focalpoint',
            name='deputy',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputy_focal_points', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='focalpoint',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='focal_points', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handover',
            name='handed_over_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='given_handovers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handover',
            name='presidency',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handover', to='accounts.presidency'),
        ),
        migrations.AddField(
            model_name='handover',
            name='received_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='received_handovers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='ledgerrecord',
            constraint=models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='ledger_record_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='ledgerrecord',
            constraint=models.CheckConstraint(condition=models.Q(('content_sha256__regex', '^[0-9a-f]{64}$'), ('previous_sha256__regex', '^[0-9a-f]{64}$'), ('sha256__regex', '^[0-9a-f]{64}$')), name='ledger_record_hashes_are_sha256'),
        ),
        migrations.AddField(
            model_name='entry',
            name='ledger_record',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='progress.ledgerrecord'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['member_commitment', '-as_of', '-published_at', '-ledger_record'], name='entry_position'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ledger_record__isnull', False), ('published_at__isnull', False), ('published_by__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('ledger_record__isnull', True), ('published_at__isnull', True), ('published_by__isnull', True)), _connector='OR'), name='entry_published_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='entry_confirmed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('unchanged_since__isnull', True), ('confirmed_at__isnull', False), ('state__in', ['draft', 'discarded']), _connector='OR'), name='entry_carried_forward_is_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='ledgerseal',
            constraint=models.CheckConstraint(condition=models.Q(('id', True)), name='ledger_seal_is_one_row'),
        ),
        migrations.AddIndex(
            model_name='linkcheck',
            index=models.Index(fields=['due_at'], name='link_check_due'),
        ),
        migrations.AddConstraint(
            model_name='linkcheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease__isnull', True), ('lease_ends_at__isnull', True)), models.Q(('lease__isnull', False), ('lease_ends_at__isnull', False)), _connector='OR'), name='link_check_lease_ends'),
        ),
        migrations.AddField(
            model_name='question',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered_questions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='question',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asked_questions', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='question',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='progress.entry'),
        ),
        migrations.AddField(
            model_name='question',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='asked_questions', to='accounts.member'),
        ),
        migrations.AddField(
            model_name='release',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='progress.entry'),
        ),
        migrations.AddField(
            model_name='release',
            name='released_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='release',
            name='stocktake',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='progress.stocktake'),
        ),
        migrations.AddConstraint(
            model_name='tombstone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('erased_by', ''), _negated=True)), name='tombstone_says_who_and_why'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['entry', 'thread', 'written_at'], name='comment_thread'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='comment_has_words'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='extension_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('granted_at__lt', models.F('ends_at'))), name='extension_ends_after_it_is_granted'),
        ),
        migrations.AddConstraint(
            model_name='focalpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deputy__isnull', True), ('deputy_phone', '')), models.Q(('deputy__isnull', False), models.Q(('deputy', models.F('user')), _negated=True)), _connector='OR'), name='focal_point_deputy_is_another'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_over_at__isnull', True), ('handed_over_by__isnull', True)), models.Q(('handed_over_at__isnull', False), ('handed_over_by__isnull', False)), _connector='OR'), name='handover_given_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('received_at__isnull', True), ('received_by__isnull', True)), models.Q(('received_at__isnull', False), ('received_by__isnull', False)), _connector='OR'), name='handover_received_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('handed_over_at__isnull', False), ('received_at__isnull', False), _connector='OR'), name='handover_given_or_received'),
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(fields=['entry', 'asked_at'], name='question_of_entry'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='question_has_words'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='question_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='release',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='release_has_a_reason'),
        ),
    ]
