"""Filled-in sheets of scores that wait until their owner applies or discards them."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('progress', '0047_tombstones_of_scores'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ScoreSheetUpload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file_name', models.CharField(max_length=150)),
                ('content', models.BinaryField(null=True)),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('decisions', models.JSONField(default=dict)),
                ('applied_at', models.DateTimeField(null=True)),
                ('report', models.JSONField(null=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='score_sheet_uploads', to=settings.AUTH_USER_MODEL)),
                ('table', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheet_uploads', to='progress.assessmenttable')),
            ],
            options={
                'indexes': [models.Index(fields=['uploaded_at'], name='score_sheet_upload_by_age')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'table'), name='score_sheet_upload_one_a_person_and_table'), models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', True), ('content__isnull', False), ('report__isnull', True)), models.Q(('applied_at__isnull', False), ('content__isnull', True), ('report__isnull', False)), _connector='OR'), name='score_sheet_upload_has_a_file_or_a_report'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), models.Q(('file_name', ''), _negated=True)), name='score_sheet_upload_has_a_name_and_a_hash')],
            },
        ),
    ]
